using PhoneNumbers;

namespace Trunkline.Core;

/// <summary>
/// In which time zones a number may be, by libphonenumber's table of prefixes. A number of an area has that area's; a mobile number, or one that is
/// bound to no place, has all zones of its country.
/// </summary>
public static class NumberTimeZones
{
    // The table's word for a number that it does not know.
    private const string Unknown = "Etc/Unknown";

    /// <summary>The zones, by their IANA names where this machine knows them; empty when nothing is known.</summary>
    public static IReadOnlyList<TimeZoneInfo> Of(PhoneNumber number)
    {
        try
        {
            var parsed = PhoneNumberUtil.GetInstance().Parse(number.E164, null);
            return [.. PhoneNumberToTimeZonesMapper.GetInstance().GetTimeZonesForNumber(parsed)
                .Select(Find).OfType<TimeZoneInfo>().DistinctBy(z => z.Id)];
        }
        catch (NumberParseException)
        {
            return [];
        }
    }

    private static TimeZoneInfo? Find(string name) =>
        name != Unknown && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) ? zone : null;
}
