using System.Security.Cryptography;
using System.Text;
using Trunkline.Core.Mail;

namespace Trunkline.Web.Api.Messages;

/// <summary>A request to send as it was read, from JSON or a form. Its files lie in the upload directory until this is disposed.</summary>
internal sealed class MessageDraft : IDisposable
{
    public List<string> To { get; } = [];

    public string Subject { get; set; } = "";

    public string? Customer { get; set; }

    /// <summary>By field: priority, at, expires, cover, reference, resolution.</summary>
    public SortedDictionary<string, string> Options { get; } = new(StringComparer.Ordinal);

    /// <summary>The body first, then the files, each with the name of its field.</summary>
    public List<(string Field, MailPart Part)> Parts { get; } = [];

    /// <summary>Bytes of all parts.</summary>
    public long Size => Parts.Sum(p => p.Part.Content.Size);

    /// <summary>The text or the HTML of the message.</summary>
    public void AddBody(string field, string text, bool isHtml)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Parts.Insert(0, (field, new MailPart
        {
            IsBody = true,
            ContentType = isHtml ? "text/html" : "text/plain",
            Charset = "utf-8",
            Content = new MailContent(bytes.Length, SHA256.HashData(bytes), bytes, null),
        }));
    }

    /// <summary>A hash of all that is asked, the same whether it came as JSON or as a form.</summary>
    public byte[] Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        void Add(string name, string value)
        {
            // With lengths before them, two different requests cannot run together into the same text.
            var bytes = Encoding.UTF8.GetBytes(value);
            hash.AppendData(Encoding.UTF8.GetBytes($"{name}:{bytes.Length}:"));
            hash.AppendData(bytes);
        }
        foreach (var to in To)
            Add("to", to);
        Add("subject", Subject);
        foreach (var (name, value) in Options)
            Add(name, value);
        foreach (var (_, part) in Parts)
        {
            Add("part", $"{part.IsBody} {part.ContentType} {part.FileName}");
            hash.AppendData(part.Content.Sha256);
        }
        return hash.GetHashAndReset();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        // What was kept was moved away; what is still here was refused.
        foreach (var path in Parts.Select(p => p.Part.Content.Path).OfType<string>())
            File.Delete(path);
    }
}
