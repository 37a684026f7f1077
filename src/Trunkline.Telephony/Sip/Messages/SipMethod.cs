namespace Trunkline.Telephony.Sip.Messages;

/// <summary>The methods that we speak. Methods are case-sensitive (RFC 3261 section 7.1).</summary>
public static class SipMethod
{
    public const string Invite = "INVITE";
    public const string Ack = "ACK";
    public const string Bye = "BYE";
    public const string Cancel = "CANCEL";
    public const string Options = "OPTIONS";
    public const string Update = "UPDATE";
    public const string Prack = "PRACK";
    public const string Register = "REGISTER";

    /// <summary>The Allow header of everything that we send.</summary>
    public const string Allowed = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK";
}
