namespace Trunkline.Gateway.Receipts;

/// <summary>What the sender of a mail asked of the report about one recipient (RFC 3461).</summary>
/// <param name="OriginalRecipient">ORCPT, decoded: <c>rfc822;ann@example.org</c>; or null.</param>
public sealed record ReportRequest(ReportWishes Wishes, string? OriginalRecipient);
