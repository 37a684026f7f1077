namespace Trunkline.Web.Api;

/// <summary>Limits of what comes in over HTTP.</summary>
public sealed record ApiOptions
{
    /// <summary>Where files lie between their upload and the commit; emptied at start.</summary>
    public required string UploadDirectory { get; init; }

    /// <summary>The body of a request that sends messages: as large as a mail may be.</summary>
    public long MaxMessageBytes { get; init; } = 32 * 1024 * 1024;

    /// <summary>Recipients of one request: as many as of a mail. More are a broadcast.</summary>
    public int MaxRecipients { get; init; } = 100;

    /// <summary>Attachments of one request: each becomes pages of the same message.</summary>
    public int MaxFiles { get; init; } = 50;

    /// <summary>Requests to send that are read at once: with the size, what they may take of the disk before they are judged.</summary>
    public int UploadsAtOnce { get; init; } = 64;

    /// <summary>Bodies of JSON larger than a megabyte that are read at once: each takes about three times its size of memory for a moment.</summary>
    public int LargeBodiesAtOnce { get; init; } = 2;

    /// <summary>How long the same <c>Idempotency-Key</c> is answered the same.</summary>
    public TimeSpan ClaimsKept { get; init; } = TimeSpan.FromHours(24);
}
