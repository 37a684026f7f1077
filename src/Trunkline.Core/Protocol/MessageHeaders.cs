namespace Trunkline.Core.Protocol;

/// <summary>
/// The headers that the MIME message of a delivery or a receipt carries beyond the twenty fields. In a receipt they stand in the
/// <c>message/delivery-status</c> part, in the fields of the recipient.
/// </summary>
public static class MessageHeaders
{
    /// <summary>Delivery: the type, <c>fax</c>, <c>voice</c>, <c>notification</c> or <c>video</c>.</summary>
    public const string Type = "X-Trunkline-Type";

    /// <summary>Delivery: pages in the attached TIFF.</summary>
    public const string Pages = "X-Trunkline-Pages";

    /// <summary>Delivery: the first page to send, from 1; those before it were confirmed by an earlier attempt.</summary>
    public const string FirstPage = "X-Trunkline-First-Page";

    /// <summary>Delivery of anything but a fax: seconds that it is expected to take on the line.</summary>
    public const string Duration = "X-Trunkline-Duration";

    /// <summary>Delivery of voice and video: the language of the text, ISO 639.</summary>
    public const string Language = "X-Trunkline-Language";

    /// <summary>Delivery of a notification: <c>tap</c>, <c>dtmf</c>, <c>snpp</c> or <c>smpp</c>.</summary>
    public const string PagerType = "X-Trunkline-Pager-Type";

    /// <summary>Delivery of a notification: the unit that it is for.</summary>
    public const string PagerNumber = "X-Trunkline-Pager-Number";

    /// <summary>Delivery of a notification: the PIN of the unit.</summary>
    public const string PagerPin = "X-Trunkline-Pager-Pin";

    /// <summary>Delivery of a notification: <c>numeric</c> or <c>alphanumeric</c>.</summary>
    public const string PagerDisplay = "X-Trunkline-Pager-Display";

    /// <summary>Delivery: the text at the head of each page.</summary>
    public const string HeaderLine = "X-Trunkline-Header-Line";

    /// <summary>Delivery: the caller's number to show, in E.164 form.</summary>
    public const string CallerId = "X-Trunkline-Caller-Id";

    /// <summary>Receipt: the code of the <see cref="CallOutcome"/>.</summary>
    public const string Outcome = "X-Trunkline-Outcome";

    /// <summary>Receipt: the last page that the far end confirmed, counted from the document's first page.</summary>
    public const string PagesConfirmed = "X-Trunkline-Pages-Confirmed";

    /// <summary>Receipt: true when a call was placed, whatever came of it.</summary>
    public const string CallPlaced = "X-Trunkline-Call-Placed";

    /// <summary>Receipt: one line of technical detail, such as the SIP or T.30 code.</summary>
    public const string Detail = "X-Trunkline-Detail";

    /// <summary>Receipt of a call that was not answered: seconds after which the called side would have it tried again; left out when it said nothing.</summary>
    public const string RetryAfter = "X-Trunkline-Retry-After";

    /// <summary>Receipt: how it went over the line, such as <c>T.38 14400 bit/s ECM</c>.</summary>
    public const string Transport = "X-Trunkline-Transport";
}
