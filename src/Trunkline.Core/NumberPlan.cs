using System.Collections.Frozen;
using PhoneNumbers;

namespace Trunkline.Core;

/// <summary>
/// The numbering plans of the world, by libphonenumber: country and kind of a number. The islands of North America's plan (+1 876 and the like) are
/// countries of their own: a call to one of them is a call abroad, and they are what toll fraud likes best.
/// </summary>
public static class NumberPlan
{
    // ITU-T E.164.1: shared codes that belong to no country.
    private static readonly FrozenDictionary<int, NumberClass> Global = new Dictionary<int, NumberClass>
    {
        [800] = NumberClass.TollFree,
        [808] = NumberClass.SharedCost,
        [870] = NumberClass.Satellite,
        [878] = NumberClass.Satellite,
        [881] = NumberClass.Satellite,
        [882] = NumberClass.Satellite,
        [883] = NumberClass.Satellite,
        [888] = NumberClass.Satellite,
        [979] = NumberClass.Premium,
    }.ToFrozenDictionary();

    /// <summary>Country and kind of a number.</summary>
    public static NumberFacts Of(PhoneNumber number)
    {
        var util = PhoneNumberUtil.GetInstance();
        PhoneNumbers.PhoneNumber parsed;
        try
        {
            parsed = util.Parse(number.E164, null);
        }
        catch (NumberParseException)
        {
            return new NumberFacts("", 0, NumberClass.Unknown);
        }
        if (Global.TryGetValue(parsed.CountryCode, out var global))
            return new NumberFacts("", parsed.CountryCode, global);
        var type = util.GetNumberType(parsed);
        // Exchanges pass over digits behind a whole number: a premium number with a digit more is one all the same.
        if (type == PhoneNumberType.UNKNOWN && parsed.ToBuilder() is var whole && util.TruncateTooLongNumber(whole))
        {
            parsed = whole.Build();
            type = util.GetNumberType(parsed);
        }
        return util.GetRegionCodeForNumber(parsed) is { } region
            ? new NumberFacts(region, parsed.CountryCode, ClassOf(type))
            : new NumberFacts(CountryOf(parsed.CountryCode, util), parsed.CountryCode, NumberClass.Unknown);
    }

    /// <summary>True for a country that has a numbering plan: ISO 3166, two capital letters.</summary>
    public static bool IsCountry(string code) => PhoneNumberUtil.GetInstance().GetCountryCodeForRegion(code) != 0;

    // A number that the tables do not know: new ranges appear all the time. Where several countries share a code, nobody can say whose it is: in North
    // America's plan it may be an island at two dollars a minute.
    private static string CountryOf(int countryCode, PhoneNumberUtil util) =>
        countryCode != 1 && util.GetRegionCodeForCountryCode(countryCode) is { Length: 2 } region && region != "ZZ" ? region : "";

    private static NumberClass ClassOf(PhoneNumberType type) => type switch
    {
        PhoneNumberType.FIXED_LINE => NumberClass.Fixed,
        PhoneNumberType.MOBILE => NumberClass.Mobile,
        PhoneNumberType.FIXED_LINE_OR_MOBILE => NumberClass.FixedOrMobile,
        PhoneNumberType.TOLL_FREE => NumberClass.TollFree,
        PhoneNumberType.PREMIUM_RATE => NumberClass.Premium,
        PhoneNumberType.SHARED_COST => NumberClass.SharedCost,
        PhoneNumberType.VOIP => NumberClass.Voip,
        PhoneNumberType.PERSONAL_NUMBER => NumberClass.Personal,
        PhoneNumberType.PAGER => NumberClass.Pager,
        PhoneNumberType.UAN => NumberClass.Company,
        PhoneNumberType.VOICEMAIL => NumberClass.Company,
        PhoneNumberType.UNKNOWN => NumberClass.Unknown,
    };
}
