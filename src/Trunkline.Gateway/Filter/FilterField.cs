namespace Trunkline.Gateway.Filter;

/// <summary>What a condition looks at.</summary>
public enum FilterField
{
    /// <summary>The envelope sender; empty for reports.</summary>
    Sender,

    /// <summary>The address of the From header.</summary>
    From,

    /// <summary>The recipient, as the envelope names it.</summary>
    Recipient,

    Subject,

    /// <summary>A header by its name, any of them when there are several.</summary>
    Header,

    /// <summary>The text of the mail, HTML as the text that it shows; its first 64,000 characters.</summary>
    Text,

    /// <summary>Of the whole mail, in bytes.</summary>
    Size,

    /// <summary>As the mail's headers say: high, medium or low.</summary>
    Priority,

    /// <summary>The time of day by the customer's clocks, when the mail came.</summary>
    Time,

    /// <summary>The day of the week by the customer's clocks, when the mail came.</summary>
    Weekday,
}
