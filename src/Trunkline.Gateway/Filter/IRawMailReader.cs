using Trunkline.Core.Mail;

namespace Trunkline.Gateway.Filter;

/// <summary>Reads a mail from its bytes, for a trial.</summary>
public interface IRawMailReader
{
    /// <summary>The mail with all of its parts in memory, or null and a sentence why it cannot be read.</summary>
    ParsedMail? Read(ReadOnlyMemory<byte> raw, out string error);
}
