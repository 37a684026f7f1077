using Trunkline.Core;

namespace Trunkline.Gateway.Filter;

/// <summary>What a rule does with a mail. A mail that was delivered, forwarded or dropped by no rule is kept in the customer's mailbox, as in RFC 5228, 2.10.2.</summary>
public abstract record FilterAction
{
    /// <summary>A page to a pager of the customer's. The mail is kept besides.</summary>
    /// <param name="Pager">The customer's own name for it.</param>
    public sealed record Notify(string Pager) : FilterAction;

    /// <summary>Into the customer's mailbox.</summary>
    public sealed record Keep : FilterAction;

    /// <summary>To the customer's fax or telephone, as recorded here.</summary>
    public sealed record Deliver(MessageType Type, PhoneNumber Number) : FilterAction;

    /// <summary>To another address, as it came.</summary>
    public sealed record Forward(string Address) : FilterAction;

    /// <summary>Nowhere; what was dropped, and by which rule, stands in the events.</summary>
    public sealed record Drop : FilterAction;

    /// <summary>As people say it.</summary>
    public sealed override string ToString() => this switch
    {
        Notify notify => $"notify {notify.Pager}",
        Keep => "keep",
        Deliver deliver => $"deliver {deliver.Type.ToString().ToLowerInvariant()}:{deliver.Number}",
        Forward forward => $"forward {forward.Address}",
        Drop => "drop",
        _ => throw new InvalidOperationException("An action of a kind that is not known."),
    };
}
