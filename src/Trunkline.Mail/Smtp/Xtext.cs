using System.Globalization;
using System.Text;

namespace Trunkline.Mail.Smtp;

/// <summary>The encoding of parameters that carry foreign text (RFC 3461, 4): <c>+2B</c> for a plus sign.</summary>
internal static class Xtext
{
    /// <summary>False for what is none, or decodes to anything but printable ASCII: such a text would write lines into a report.</summary>
    public static bool TryDecode(string text, int maxLength, out string decoded)
    {
        var result = new StringBuilder(text.Length);
        decoded = "";
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '+')
            {
                if (i + 2 >= text.Length || !IsHex(text[i + 1]) || !IsHex(text[i + 2]))
                    return false;
                c = (char)int.Parse(text.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                i += 2;
            }
            else if (c is < '!' or > '~' or '=')
                return false;
            if (c is < ' ' or > '~')
                return false;
            result.Append(c);
        }
        decoded = result.ToString();
        return decoded.Length > 0 && decoded.Length <= maxLength;
    }

    // Capital letters only, as the RFC writes them.
    private static bool IsHex(char c) => c is (>= '0' and <= '9') or (>= 'A' and <= 'F');
}
