using Trunkline.Core;
using Trunkline.Gateway.Billing;

namespace Trunkline.Gateway.Customers;

/// <summary>Why a sender may not call a number, or send at all.</summary>
/// <param name="Limit">A stable word: <c>status</c>, <c>country</c>, <c>premium</c>, <c>satellite</c>, <c>hour</c>.</param>
/// <param name="Reason">A sentence or two for the sender.</param>
/// <param name="IsPermanent">False when waiting helps.</param>
public sealed record GateRefusal(string Limit, string Reason, bool IsPermanent = true);

/// <summary>
/// What a sender may do by its status and the limits that need no price: asked for every recipient at intake, and again just before every call.
/// </summary>
public sealed class CustomerGate(HourCounts hours, LimitAlarm alarm)
{
    /// <summary>Null when this sender may call this number now. Asking changes nothing.</summary>
    public static GateRefusal? Check(Sender sender, PhoneNumber number)
    {
        if (CheckStatus(sender) is { } refusal)
            return refusal;
        var facts = NumberPlan.Of(number);
        var (limits, own) = (sender.Customer.Limits, sender.User?.Limits);
        if (facts.IsPremium && !(limits.AllowsPremium && own is null or { AllowsPremium: true }))
            return new GateRefusal("premium", $"{number} is a premium-rate, shared-cost or personal number, which {Whose(sender)} may not call. Ask the operator of this service.");
        if (facts.IsSatellite && !(limits.AllowsSatellite && own is null or { AllowsSatellite: true }))
            return new GateRefusal("satellite", $"{number} belongs to a satellite or global network, which {Whose(sender)} may not call. Ask the operator of this service.");
        if (facts.IsSatellite || (MayCall(limits.Countries, facts.Country, sender.Customer.Country) && MayCall(own?.Countries ?? [], facts.Country, null)))
            return null;
        return new GateRefusal("country", facts.Country.Length == 0
            ? $"The country of {number} is not known, and {Whose(sender)} may call some countries only. Ask the operator of this service."
            : $"{number} is in {facts.Country}, which {Whose(sender)} may not call. Ask the operator of this service.");
    }

    /// <summary>Null while the account is in order.</summary>
    public static GateRefusal? CheckStatus(Sender sender) => sender.Status switch
    {
        CustomerStatus.Active => null,
        CustomerStatus.Suspended => new GateRefusal("status", $"The account of {WhoseStatus(sender)} is suspended. Ask the operator of this service."),
        CustomerStatus.Closed => new GateRefusal("status", $"The account of {WhoseStatus(sender)} is closed. Ask the operator of this service."),
    };

    /// <summary>As <see cref="Check"/>, and what is refused is counted: for a sender that has proved to be one.</summary>
    public GateRefusal? Ask(Sender sender, PhoneNumber number)
    {
        var refusal = Check(sender, number);
        if (refusal is { Limit: not "status" })
            alarm.Report(sender, refusal.Limit, refusal.Reason);
        return refusal;
    }

    /// <summary>Counts that a sender which has proved to be one was refused for money: by a limit, that is; who has none left is no thief.</summary>
    public void Report(Sender sender, MoneyRefusal refusal)
    {
        if (refusal.IsOfLimit)
            alarm.Report(sender, refusal.Limit, refusal.Reason);
    }

    /// <summary>
    /// Counts messages that are about to be accepted; null when they may be. What is not accepted after all is given back by
    /// <see cref="HourCounts.GiveBack"/>.
    /// </summary>
    public GateRefusal? TakeHour(Sender sender, int messages)
    {
        if (hours.TryTake(sender, messages) is not { } limit)
            return null;
        var reason = messages > limit
            ? $"{Whose(sender)} may send {limit} messages an hour, and these are {messages} at once. Send fewer, or ask the operator of this service."
            : $"{Whose(sender)} may send {limit} messages an hour, and this would be more. Try again later, or ask the operator of this service.";
        alarm.Report(sender, "hour", reason);
        return new GateRefusal("hour", reason, IsPermanent: messages > limit);
    }

    /// <summary>What a sender hears whose hour is full.</summary>
    public static GateRefusal HourIsFull(Sender sender) =>
        new("hour", $"{Whose(sender)} has sent as many messages as it may within an hour. Try again later, or ask the operator of this service.", IsPermanent: false);

    /// <summary>What was counted and then not accepted.</summary>
    public void GiveBackHour(Sender sender, int messages) => hours.GiveBack(sender, messages);

    // Empty means the country that it is at home in, for a user whatever its customer may.
    private static bool MayCall(IReadOnlyList<string> countries, string country, string? home) => countries switch
    {
        [] => home is null || country.Equals(home, StringComparison.OrdinalIgnoreCase),
        ["*"] => true,
        _ => countries.Contains(country, StringComparer.OrdinalIgnoreCase),
    };

    private static string Whose(Sender sender) => sender.EmailAddress;

    private static string WhoseStatus(Sender sender) => sender.Customer.Status == CustomerStatus.Active ? sender.EmailAddress : sender.Customer.EmailAddress;
}
