using Trunkline.Core.Mail;
using Trunkline.Gateway.Filter;
using Trunkline.Mail.Mime;

namespace Trunkline.Serving;

/// <summary>Reads a mail for a trial of rules, all in memory: it is bounded by what a request may carry.</summary>
internal sealed class RawMailReader : IRawMailReader
{
    private static readonly MimeLimits InMemory = MimeLimits.Default with { InlineBytes = int.MaxValue };

    /// <inheritdoc />
    public ParsedMail? Read(ReadOnlyMemory<byte> raw, out string error)
    {
        error = "";
        switch (MailReader.Read(raw, InMemory, Path.GetTempPath(), CancellationToken.None))
        {
            case MailReadResult.Read read:
                return read.Mail;
            case MailReadResult.Refused refused:
                error = refused.Cause;
                return null;
        }
        throw new InvalidOperationException("A result of a kind that is not known.");
    }
}
