using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Trunkline.Gateway;
using Trunkline.Gateway.Broadcasts;

namespace Trunkline.Web.Api.Broadcasts;

/// <summary>Reads a list from a body or a part of a form: onto the disk while it comes, and at once when it is there.</summary>
internal sealed class ListUpload(IOptions<GatewayOptions> options)
{
    private const int InMemory = 1024 * 1024;

    /// <summary>The rows, or a problem that names the lines.</summary>
    public async Task<(IReadOnlyList<BroadcastRow>? Rows, IResult? Problem)> ReadAsync(Stream body, string field, string country, CancellationToken cancellationToken)
    {
        var settings = options.Value.Broadcast;
        await using var buffered = new FileBufferingReadStream(body, InMemory, settings.MaxListBytes, Path.GetTempPath);
        try
        {
            await buffered.DrainAsync(cancellationToken);
        }
        catch (IOException fault) when (fault is not BadHttpRequestException)
        {
            // It says so of a stream that is longer than its limit.
            return (null, ApiProblem.Answer(StatusCodes.Status413PayloadTooLarge, $"A list has at most {settings.MaxListBytes} bytes.", null));
        }
        buffered.Position = 0;
        return new BroadcastListReader(settings).Read(buffered, country) switch
        {
            ListReadResult.Read read => (read.Rows, null),
            ListReadResult.Refused refused => (null, Problem(field, refused)),
            _ => throw new InvalidOperationException("A list was read with a result of a kind that is not known."),
        };
    }

    private static IResult Problem(string field, ListReadResult.Refused refused)
    {
        var errors = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var fault in refused.Faults)
            errors.TryAdd($"{field}[line {fault.Line}]", [fault.Reason]);
        return ApiProblem.Answer(StatusCodes.Status422UnprocessableEntity,
            refused.Count == 1 ? $"Line {refused.Faults[0].Line}: {refused.Faults[0].Reason}" : $"{refused.Count} lines of the list are wrong. Nothing of it was taken.", errors);
    }
}
