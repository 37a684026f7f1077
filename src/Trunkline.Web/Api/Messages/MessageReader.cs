using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Trunkline.Core.Mail;

namespace Trunkline.Web.Api.Messages;

/// <summary>Reads a request to send, from JSON or from a form, its large parts onto the disk.</summary>
internal sealed class MessageReader(Uploads uploads, ApiOptions options) : IDisposable
{
    private const int SmallBody = 1024 * 1024;
    private const int MaxTextLength = 1024 * 1024;
    private const int MaxFieldLength = 2000;
    private const int MaxBoundaryLength = 200;
    private static readonly string[] OptionNames = ["priority", "at", "expires", "cover", "reference", "resolution"];
    private static readonly string[] Known = ["to", "subject", "text", "html", "files", "customer", .. OptionNames];
    private readonly SemaphoreSlim _large = new(options.LargeBodiesAtOnce);

    /// <inheritdoc />
    public void Dispose() => _large.Dispose();

    /// <summary>The draft, which the caller disposes, or a problem that names the field.</summary>
    public async Task<(MessageDraft? Draft, IResult? Problem)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var draft = new MessageDraft();
        try
        {
            var problem = MediaTypeHeaderValue.TryParse(request.ContentType, out var type) && type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)
                ? await ReadFormAsync(request, HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), draft, cancellationToken)
                : await ReadJsonAsync(request, draft, cancellationToken);
            problem ??= Check(draft);
            if (problem is null)
                return (draft, null);
            draft.Dispose();
            return (null, problem);
        }
        catch
        {
            draft.Dispose();
            throw;
        }
    }

    private IResult? Check(MessageDraft draft)
    {
        if (draft.To.Count == 0)
            return ApiProblem.Malformed("to", "A recipient is needed, such as \"fax:+12025550100\".");
        if (draft.To.Count > options.MaxRecipients)
            return ApiProblem.Refused("to", $"At most {options.MaxRecipients} recipients are taken at once. More are a broadcast.");
        if (draft.Subject.Any(char.IsControl))
            return ApiProblem.Refused("subject", "A subject is one line.");
        return draft.Parts.Count(p => !p.Part.IsBody) > options.MaxFiles ? ApiProblem.Refused("files", $"At most {options.MaxFiles} files are taken at once.") : null;
    }

    private async Task<IResult?> ReadJsonAsync(HttpRequest request, MessageDraft draft, CancellationToken cancellationToken)
    {
        // On the disk first: while a slow sender takes its time, its body takes no memory, and no turn.
        var body = await uploads.KeepAsync(request.Body, cancellationToken);
        try
        {
            var isLarge = body.Size > SmallBody;
            if (isLarge)
                await _large.WaitAsync(cancellationToken);
            try
            {
                var bytes = body.Path is null ? body.Inline : await File.ReadAllBytesAsync(body.Path, cancellationToken);
                return JsonSerializer.Deserialize<MessageRequest>(bytes.Span, ApiJson.Options) is { } asked
                    ? await TakeAsync(asked, draft, cancellationToken)
                    : ApiProblem.Of(StatusCodes.Status400BadRequest, "A body of JSON is needed.");
            }
            catch (JsonException fault)
            {
                return UnreadableRequest.Explain(fault);
            }
            finally
            {
                if (isLarge)
                    _large.Release();
            }
        }
        finally
        {
            if (body.Path is not null)
                File.Delete(body.Path);
        }
    }

    private async Task<IResult?> TakeAsync(MessageRequest asked, MessageDraft draft, CancellationToken cancellationToken)
    {
        for (var i = 0; i < asked.To.Count; i++)
        {
            // A list of texts may hold null, whatever its type says.
            if (asked.To[i] is null)
                return ApiProblem.Malformed($"to[{i}]", "This must not be null.");
        }
        draft.To.AddRange(asked.To.Take(options.MaxRecipients + 1));
        draft.Customer = asked.Customer;
        (string Name, string? Value)[] fields = [("subject", asked.Subject), ("priority", asked.Priority), ("at", asked.At), ("expires", asked.Expires),
            ("cover", asked.Cover), ("reference", asked.Reference), ("resolution", asked.Resolution)];
        foreach (var (name, value) in fields)
        {
            if (value is not null && Set(draft, name, value) is { } problem)
                return problem;
        }
        if ((TooLong("text", asked.Text) ?? TooLong("html", asked.Html)) is { } tooLong)
            return tooLong;
        SetBody(draft, asked.Text, asked.Html);
        for (var i = 0; i < asked.Files?.Count; i++)
        {
            if (asked.Files[i] is not { } file)
                return ApiProblem.Malformed($"files[{i}]", "This must not be null.");
            var field = $"files[{i}]";
            if (Name(file.Name) is not { } name)
                return ApiProblem.Malformed($"{field}.name", "A file needs a name, such as \"letter.pdf\".");
            if (ContentType(file.Type) is not { } type)
                return ApiProblem.Malformed($"{field}.type", "This is no MIME type, such as \"application/pdf\".");
            draft.Parts.Add((field, Part(name, type, await uploads.KeepAsync(file.Content, cancellationToken))));
        }
        return null;
    }

    private async Task<IResult?> ReadFormAsync(HttpRequest request, string boundary, MessageDraft draft, CancellationToken cancellationToken)
    {
        if (boundary.Length is 0 or > MaxBoundaryLength)
            return ApiProblem.Malformed("Content-Type", "The form has no boundary.");
        var form = new MultipartReader(boundary, request.Body) { HeadersCountLimit = 10, HeadersLengthLimit = 4096 };
        string? text = null, html = null;
        var once = new HashSet<string>(StringComparer.Ordinal);
        var files = 0;
        try
        {
            while (await form.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (section.GetContentDispositionHeader() is not { } disposition || HeaderUtilities.RemoveQuotes(disposition.Name).ToString() is not { Length: > 0 } name)
                    return ApiProblem.Of(StatusCodes.Status400BadRequest, "A part of the form has no name.");
                if (!Known.Contains(name))
                    return ApiProblem.Malformed(Shown(name), $"This field is not known here. Known are {string.Join(", ", Known)}.");
                if (name == "files")
                {
                    var field = $"files[{files++}]";
                    if (files > options.MaxFiles)
                        return ApiProblem.Refused("files", $"At most {options.MaxFiles} files are taken at once.");
                    var given = HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).ToString();
                    if (Name(given) is not { } fileName)
                        return ApiProblem.Malformed(field, "A file needs a name: filename=\"letter.pdf\".");
                    if (ContentType(section.ContentType) is not { } type)
                        return ApiProblem.Malformed(field, "Its Content-Type is no MIME type.");
                    draft.Parts.Add((field, Part(fileName, type, await uploads.KeepAsync(section.Body, cancellationToken))));
                    continue;
                }
                var value = await ReadFieldAsync(section.Body, cancellationToken);
                if (value is null)
                    return ApiProblem.Refused(name, $"This is too long: at most {MaxTextLength} bytes of UTF-8.");
                if (name == "to")
                    draft.To.Add(value);
                else if (!once.Add(name))
                    return ApiProblem.Malformed(name, "This field is given more than once.");
                else if (name == "text")
                    text = value;
                else if (name == "html")
                    html = value;
                else if (Set(draft, name, value) is { } problem)
                    return problem;
                if (draft.To.Count > options.MaxRecipients)
                    return Check(draft);
            }
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException && fault is not BadHttpRequestException)
        {
            return ApiProblem.Of(StatusCodes.Status400BadRequest, "The form cannot be read: " + fault.Message);
        }
        SetBody(draft, text, html);
        return null;
    }

    private static IResult? Set(MessageDraft draft, string name, string value)
    {
        if (value.Length > MaxFieldLength)
            return TooLong(name, value, MaxFieldLength);
        if (name == "subject")
            draft.Subject = value;
        else if (name == "customer")
            draft.Customer = value;
        else if (!draft.Options.TryAdd(name, value))
            return ApiProblem.Malformed(name, "This field is given more than once.");
        return null;
    }

    private static void SetBody(MessageDraft draft, string? text, string? html)
    {
        // Both are the same message in two forms, as in a mail: the richer one is sent.
        if (html is not null)
            draft.AddBody("html", html, isHtml: true);
        else if (text is not null)
            draft.AddBody("text", text, isHtml: false);
    }

    private static IResult? TooLong(string name, string? text, int most = MaxTextLength) =>
        text?.Length > most ? ApiProblem.Refused(name, $"This is too long: at most {most} characters.") : null;

    private static async Task<string?> ReadFieldAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        using var memory = new MemoryStream();
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (memory.Length + read > MaxTextLength)
                return null;
            memory.Write(buffer, 0, read);
        }
        return Encoding.UTF8.GetString(memory.GetBuffer(), 0, (int)memory.Length);
    }

    private static MailPart Part(string name, string type, MailContent content) => new() { IsBody = false, ContentType = type, FileName = name, Content = content };

    /// <summary>Without a folder, as parts of mails are named; null when nothing is left.</summary>
    private static string? Name(string given)
    {
        var name = new string([.. given.Split('/', '\\')[^1].Where(c => !char.IsControl(c)).Take(255)]).Trim();
        return name.Length == 0 ? null : name;
    }

    /// <summary>In lower case, without parameters; what says nothing is octets, and the name tells.</summary>
    private static string? ContentType(string? given) => string.IsNullOrEmpty(given) ? "application/octet-stream"
        : MediaTypeHeaderValue.TryParse(given, out var type) ? type.MediaType.ToString().ToLowerInvariant() : null;

    private static string Shown(string name) => new([.. name.Where(c => !char.IsControl(c)).Take(60)]);
}
