using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Core.Mail;
using Trunkline.Gateway;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;

namespace Trunkline.Web.Api.Broadcasts;

/// <summary>Reads an order from a form: a list, documents or a text, and how it is to be sent. What is not understood is refused by its field.</summary>
internal sealed class BroadcastForm(ListUpload lists, FileTypeTable fileTypes, CustomerDirectory customers, TimeProvider time, IOptions<GatewayOptions> options)
{
    private const int MaxInline = 128 * 1024;
    private const int MaxFiles = 50;
    private const int MaxFieldLength = 100_000;
    private static readonly TimeSpan MaxAhead = TimeSpan.FromDays(365);
    private static readonly string[] Texts =
        ["listName", "subject", "text", "cover", "fromName", "fromCompany", "fromNumber", "fromFax", "fromEmail", "regarding", "comments", "reference", "priority",
            "resolution", "at", "perMinute", "atOnce", "start", "customer"];

    /// <summary>The order and whose it is, or a problem. Files that it names are the caller's to delete when nobody kept them.</summary>
    public async Task<(Sender? Sender, BroadcastOrder? Order, IResult? Problem)> ReadAsync(HttpRequest request, ApiCaller caller, CancellationToken cancellationToken)
    {
        if (!request.HasFormContentType)
            return Refuse(ApiProblem.Of(StatusCodes.Status415UnsupportedMediaType, "A broadcast is a form: multipart/form-data with a list and files."));
        IFormCollection form;
        try
        {
            form = await request.ReadFormAsync(new FormOptions
            {
                MultipartBodyLengthLimit = long.MaxValue, ValueCountLimit = 100, ValueLengthLimit = MaxFieldLength, MultipartHeadersCountLimit = 10,
            }, cancellationToken);
        }
        catch (InvalidDataException fault)
        {
            return Refuse(ApiProblem.Of(StatusCodes.Status400BadRequest, $"The form cannot be read: {fault.Message}"));
        }
        foreach (var (name, values) in form)
        {
            if (!Texts.Contains(name))
                return Refuse(ApiProblem.Malformed(name, $"This field is not known here. Known are list, files, {string.Join(", ", Texts)}."));
            if (values.Count != 1)
                return Refuse(ApiProblem.Malformed(name, "This field is given more than once."));
        }
        if (form.Files.FirstOrDefault(f => f.Name is not ("list" or "files")) is { } stray)
            return Refuse(ApiProblem.Malformed(stray.Name, "Files are \"list\" or \"files\"."));
        if (!TrySender(caller, Text(form, "customer"), out var sender, out var problem))
            return Refuse(problem);
        var (order, refusal) = Settings(form, sender);
        if (order is null)
            return Refuse(refusal!);
        var listFiles = form.Files.GetFiles("list");
        if (listFiles.Count + (order.ListName is null ? 0 : 1) != 1)
            return Refuse(ApiProblem.Refused("list", "Give one list: a file, or the name of one that is kept as listName."));
        if (listFiles is [var file])
        {
            await using var stream = file.OpenReadStream();
            var (rows, bad) = await lists.ReadAsync(stream, "list", sender.Customer.Country, cancellationToken);
            if (rows is null)
                return Refuse(bad!);
            order = order with { Rows = rows };
        }
        var (fragments, wrong) = await FragmentsAsync(form, cancellationToken);
        return wrong is null
            ? (sender, order with { Document = order.Document with { Fragments = fragments, RemoteAddress = caller.Address.ToString(), Size = fragments.Sum(f => f.Content.Size) } }, null)
            : Refuse(wrong);
    }

    /// <summary>A hash of all that is asked.</summary>
    public static byte[] Fingerprint(BroadcastOrder order)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string value)
        {
            // With its length before it, no two orders run together into the same text.
            var bytes = Encoding.UTF8.GetBytes(value);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
        Add(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{order.ListName}|{order.Cover}|{order.Priority}|{order.Resolution}|{order.At:O}|{order.PerMinute}|{order.AtOnce}|{order.StartsItself}"));
        Add(order.Document.Subject);
        Add(order.CoverFields.ToJson());
        foreach (var fragment in order.Document.Fragments)
        {
            Add($"{fragment.Name}|{fragment.ContentType}|{fragment.IsBody}");
            hash.AppendData(fragment.Content.Sha256);
        }
        foreach (var row in order.Rows ?? [])
        {
            Add(row.Number.E164);
            Add(row.Fields == CoverFields.None ? "" : row.Fields.ToJson());
        }
        return hash.GetHashAndReset();
    }

    /// <summary>Deletes the files of an order that nobody kept.</summary>
    public static void Clean(BroadcastOrder order)
    {
        foreach (var path in order.Document.Fragments.Select(f => f.Content.Path).OfType<string>())
            File.Delete(path);
    }

    private (BroadcastOrder? Order, IResult? Problem) Settings(IFormCollection form, Sender sender)
    {
        var priority = Priority.Low;
        FaxResolution? resolution = null;
        DateTimeOffset? at = null;
        int? perMinute = null, atOnce = null;
        if (Text(form, "priority") is { } p && (!Enum.TryParse(p, ignoreCase: true, out priority) || !p.All(char.IsAsciiLetter)))
            return (null, ApiProblem.Refused("priority", "A priority is high, medium or low."));
        if (Text(form, "resolution") is { } r)
        {
            if (!Enum.TryParse<FaxResolution>(r, ignoreCase: true, out var read) || !r.All(char.IsAsciiLetter))
                return (null, ApiProblem.Refused("resolution", "A resolution is standard, fine or superfine."));
            resolution = read;
        }
        if (Text(form, "at") is { } a)
        {
            if (!ApiTime.TryRead(a, out var read))
                return (null, ApiProblem.Malformed("at", ApiTime.Expected));
            if (read > time.GetUtcNow() + MaxAhead)
                return (null, ApiProblem.Refused("at", $"At most {MaxAhead.TotalDays:0} days ahead."));
            at = read;
        }
        foreach (var name in (string[])["perMinute", "atOnce"])
        {
            if (Text(form, name) is not { } text)
                continue;
            if (!int.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number))
                return (null, ApiProblem.Malformed(name, "This is no number."));
            if (name == "perMinute")
                perMinute = number;
            else
                atOnce = number;
        }
        if (Text(form, "start") is { } start and not ("true" or "false"))
            return (null, ApiProblem.Malformed("start", $"\"{start}\" is neither true nor false."));
        var subject = Text(form, "subject") ?? "";
        if (subject.Length > 998 || subject.Any(char.IsControl))
            return (null, ApiProblem.Refused("subject", "A subject is one line of at most 998 characters."));
        return (new BroadcastOrder
        {
            ListName = Text(form, "listName"),
            Document = Document(sender, subject),
            Cover = Text(form, "cover") is { } cover and not "off" ? cover : null,
            CoverFields = new CoverFields
            {
                FromName = Text(form, "fromName"), FromCompany = Text(form, "fromCompany"), FromNumber = Text(form, "fromNumber"), FromFax = Text(form, "fromFax"),
                FromEmail = Text(form, "fromEmail"), Regarding = Text(form, "regarding"), Comments = Text(form, "comments"), Reference = Text(form, "reference"),
            },
            Priority = priority,
            Resolution = resolution,
            At = at,
            PerMinute = perMinute,
            AtOnce = atOnce,
            StartsItself = Text(form, "start") is not "false",
        }, null);
    }

    private NewSubmission Document(Sender sender, string subject) => new()
    {
        Id = default,
        CustomerKey = sender.Customer.Key,
        ReceivedAt = time.GetUtcNow(),
        Source = "http",
        RemoteAddress = "",
        EnvelopeFrom = sender.EmailAddress,
        Subject = subject,
        MailMessageId = null,
        References = [],
        IsAutomatic = false,
        Size = 0,
        Headers = default,
        Fragments = [],
        Messages = [],
    };

    private async Task<(IReadOnlyList<NewFragment> Fragments, IResult? Problem)> FragmentsAsync(IFormCollection form, CancellationToken cancellationToken)
    {
        var fragments = new List<NewFragment>();
        if (Text(form, "text") is { } text)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            fragments.Add(new NewFragment("the text of the message", "text/plain", "utf-8", true, new MailContent(bytes.Length, SHA256.HashData(bytes), bytes, null)));
        }
        var files = form.Files.GetFiles("files");
        for (var i = 0; i < files.Count && i < MaxFiles; i++)
        {
            var name = Path.GetFileName(files[i].FileName);
            var type = (files[i].ContentType ?? "").Split(';')[0].Trim().ToLowerInvariant();
            var part = new MailPart
            {
                IsBody = false, ContentType = type.Length == 0 ? "application/octet-stream" : type, FileName = name, Content = await KeepAsync(files[i], cancellationToken),
            };
            if (fileTypes.Determine(part) is FileTypeVerdict.Known { MessageType: MessageType.Fax } known)
                fragments.Add(new NewFragment(name, known.ContentType, null, false, part.Content));
            else
            {
                foreach (var path in fragments.Select(f => f.Content.Path).Append(part.Content.Path).OfType<string>())
                    File.Delete(path);
                return ([], ApiProblem.Refused($"files[{i}]", fileTypes.Determine(part) is FileTypeVerdict.Refused refused ? refused.Reason : $"\"{name}\" cannot be faxed."));
            }
        }
        return fragments.Count > 0 ? (fragments, null) : ([], ApiProblem.Refused("files", "A broadcast needs a document or a text."));
    }

    private async Task<MailContent> KeepAsync(IFormFile file, CancellationToken cancellationToken)
    {
        await using var from = file.OpenReadStream();
        if (file.Length <= MaxInline)
        {
            var bytes = new byte[file.Length];
            await from.ReadExactlyAsync(bytes, cancellationToken);
            return new MailContent(bytes.Length, SHA256.HashData(bytes), bytes, null);
        }
        // Beside the pages: in the file system of the bodies, and swept there when a crash leaves it.
        Directory.CreateDirectory(options.Value.RenderedDirectory);
        var path = Path.Combine(options.Value.RenderedDirectory, $"{Guid.NewGuid():N}.upload");
        await using var to = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite);
        await from.CopyToAsync(to, cancellationToken);
        to.Position = 0;
        return new MailContent(to.Length, await SHA256.HashDataAsync(to, cancellationToken), default, path);
    }

    private bool TrySender(ApiCaller caller, string? named, out Sender sender, out IResult problem)
    {
        sender = caller.Sender!;
        problem = null!;
        if (named is not null && !named.Equals(caller.Sender?.EmailAddress, StringComparison.OrdinalIgnoreCase))
        {
            if (!caller.IsOperator)
                problem = ApiProblem.Refused("customer", "Your key sends your own messages only.");
            else if (customers.FindRecipient(named) is { } found)
                sender = found;
            else
                problem = ApiProblem.Refused("customer", $"There is no customer {named}.");
        }
        else if (sender is null)
            problem = ApiProblem.Refused("customer", "An operator's key is no customer's: name the customer whose broadcast this is by its address.");
        return problem is null;
    }

    private static string? Text(IFormCollection form, string name) => form[name] is [{ Length: > 0 } value] ? value : null;

    private static (Sender?, BroadcastOrder?, IResult?) Refuse(IResult problem) => (null, null, problem);
}
