namespace Trunkline.Mail.Mime;

/// <summary>What is left of the decoded bytes that a mail may have.</summary>
internal sealed class DecodedBudget(long bytes)
{
    private long _left = bytes;

    public void Take(long bytes)
    {
        _left -= bytes;
        if (_left < 0)
            throw new MimeLimitException("The message is too large once it is decoded.");
    }
}
