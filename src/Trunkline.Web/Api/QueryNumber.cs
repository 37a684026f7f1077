using Trunkline.Core;

namespace Trunkline.Web.Api;

/// <summary>A telephone number in a query.</summary>
internal static class QueryNumber
{
    /// <summary>What is to be written, for a problem.</summary>
    public const string Expected = "A telephone number is written with its country code: +12025550100.";

    /// <summary>Reads it; without a plus sign as it is dialled in a country.</summary>
    public static bool TryRead(string text, string country, out PhoneNumber number) =>
        // In a query a plus sign is a blank unless it is written as %2B; nobody means a blank here.
        PhoneNumber.TryParse(text.StartsWith(' ') ? "+" + text[1..] : text, country, out number);
}
