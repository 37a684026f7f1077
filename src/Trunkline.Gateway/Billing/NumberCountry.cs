using PhoneNumbers;
using PhoneNumber = Trunkline.Core.PhoneNumber;

namespace Trunkline.Gateway.Billing;

/// <summary>Where a number is, by libphonenumber.</summary>
internal static class NumberCountry
{
    /// <summary>ISO 3166; empty for a number of no country, and for one that no plan knows.</summary>
    public static string Of(PhoneNumber number)
    {
        var util = PhoneNumberUtil.GetInstance();
        try
        {
            return util.GetRegionCodeForNumber(util.Parse(number.E164, null)) is { Length: 2 } region ? region : "";
        }
        catch (NumberParseException)
        {
            return "";
        }
    }
}
