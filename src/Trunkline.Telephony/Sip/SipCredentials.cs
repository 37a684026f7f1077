namespace Trunkline.Telephony.Sip;

/// <summary>What we answer a digest challenge with.</summary>
public sealed record SipCredentials(string UserName, string Password)
{
    /// <summary>The name alone: a password must not reach a log.</summary>
    public override string ToString() => UserName;
}
