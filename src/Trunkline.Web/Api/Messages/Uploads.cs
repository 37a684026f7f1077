using System.Security.Cryptography;
using Trunkline.Core.Mail;

namespace Trunkline.Web.Api.Messages;

/// <summary>Contents on their way in: small ones in memory, larger ones in a file that is written as they come.</summary>
internal sealed class Uploads
{
    // As much as a mail's part may take of memory.
    private const int MaxInline = 128 * 1024;
    private readonly string _directory;

    public Uploads(ApiOptions options) => _directory = Directory.CreateDirectory(options.UploadDirectory).FullName;

    /// <summary>A new file of ours; the caller deletes it.</summary>
    public FileStream NewFile() => new(Path.Combine(_directory, Guid.NewGuid().ToString("N")), FileMode.CreateNew, FileAccess.ReadWrite);

    /// <summary>Bytes that are in memory already.</summary>
    public async Task<MailContent> KeepAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        var hash = SHA256.HashData(bytes);
        if (bytes.Length <= MaxInline)
            return new MailContent(bytes.Length, hash, bytes, null);
        await using var file = NewFile();
        await file.WriteAsync(bytes, cancellationToken);
        return new MailContent(bytes.Length, hash, default, file.Name);
    }

    /// <summary>A stream to its end. What it throws, such as a body that is too large, leaves no file.</summary>
    public async Task<MailContent> KeepAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var memory = new MemoryStream();
        FileStream? file = null;
        try
        {
            var buffer = new byte[64 * 1024];
            long size = 0;
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, read);
                size += read;
                if (file is null && size > MaxInline)
                {
                    file = NewFile();
                    await file.WriteAsync(memory.GetBuffer().AsMemory(0, (int)memory.Length), cancellationToken);
                }
                if (file is null)
                    memory.Write(buffer, 0, read);
                else
                    await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
            return file is null
                ? new MailContent(size, hash.GetHashAndReset(), memory.ToArray(), null)
                : new MailContent(size, hash.GetHashAndReset(), default, file.Name);
        }
        catch when (file is not null)
        {
            File.Delete(file.Name);
            throw;
        }
        finally
        {
            if (file is not null)
                await file.DisposeAsync();
        }
    }
}
