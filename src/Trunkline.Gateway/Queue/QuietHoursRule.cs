using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway.Customers;

namespace Trunkline.Gateway.Queue;

/// <summary>
/// Until when a message has to wait because it is night, or a day of rest, where its number is. By the customer's quiet hours, or the operator's where it
/// has none. High priority is called at any hour.
/// </summary>
public sealed class QuietHoursRule(CustomerDirectory customers, IOptions<GatewayOptions> options)
{
    // The customer's word for no quiet hours, whatever the operator's are.
    private const string None = "none";
    private const int MaxKnown = 1000;

    private readonly ConcurrentDictionary<string, QuietHours?> _known = new(StringComparer.Ordinal);

    /// <summary>Null when it may be sent now.</summary>
    public DateTimeOffset? Until(QueuedMessage message, DateTimeOffset now)
    {
        if (message.Priority == Priority.High)
            return null;
        var customer = customers.Find(message.CustomerKey);
        if (Known(customer?.QuietHours ?? options.Value.QuietHours) is not { } hours)
            return null;
        var zones = PhoneNumber.TryParse(message.Destination, "ZZ", out var number) ? NumberTimeZones.Of(number) : [];
        var own = customer is not null && TimeZoneInfo.TryFindSystemTimeZoneById(customer.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;
        return hours.Until(now, zones, own);
    }

    /// <summary>True for what may stand in the table and in the options.</summary>
    public static bool IsReadable(string text) => text.Length == 0 || text == None || QuietHours.TryParse(text, out _);

    private QuietHours? Known(string text)
    {
        if (text.Length == 0 || text == None)
            return null;
        if (_known.TryGetValue(text, out var known))
            return known;
        var hours = QuietHours.TryParse(text, out var read) ? read : null;
        if (_known.Count < MaxKnown)
            _known.TryAdd(text, hours);
        return hours;
    }
}
