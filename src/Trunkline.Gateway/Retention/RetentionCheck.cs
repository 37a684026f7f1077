using Microsoft.Extensions.Options;

namespace Trunkline.Gateway.Retention;

/// <summary>Refuses retention times at which something could go that is still wanted.</summary>
internal sealed class RetentionCheck : IValidateOptions<GatewayOptions>
{
    // The use of a rendered document is noted to the day, and between its making and the message that holds it lies a lease at most.
    private static readonly TimeSpan Shortest = TimeSpan.FromDays(2);

    /// <inheritdoc />
    public ValidateOptionsResult Validate(string? name, GatewayOptions options)
    {
        var retention = options.Retention;
        if (retention.Documents < Shortest)
            return ValidateOptionsResult.Fail($"Retention:Documents is {retention.Documents}; the least is {Shortest}.");
        if (retention.Records < retention.Documents)
            return ValidateOptionsResult.Fail("Retention:Records is shorter than Retention:Documents: the records say whose the documents are.");
        if (retention.Interval < TimeSpan.FromMinutes(1) || retention.Interval > TimeSpan.FromDays(1))
            return ValidateOptionsResult.Fail($"Retention:Interval is {retention.Interval}; it lies between a minute and a day.");
        return retention.MaxBatches is < 1 or > 100_000
            ? ValidateOptionsResult.Fail($"Retention:MaxBatches is {retention.MaxBatches}; it lies between 1 and 100000.")
            : ValidateOptionsResult.Success;
    }
}
