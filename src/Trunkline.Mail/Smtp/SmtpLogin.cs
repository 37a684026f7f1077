namespace Trunkline.Mail.Smtp;

/// <summary>What the backend says to a login.</summary>
public enum SmtpLogin
{
    /// <summary>The password is the user's.</summary>
    Accepted,

    /// <summary>User or password is wrong.</summary>
    Refused,

    /// <summary>It was not checked: too many logins have failed.</summary>
    NotNow,
}
