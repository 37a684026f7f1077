using System.Net;

namespace Trunkline.Gateway.Customers;

/// <summary>What came of a login.</summary>
public abstract record LoginAnswer
{
    /// <summary>It is this sender.</summary>
    public sealed record Accepted(Sender Sender) : LoginAnswer;

    /// <summary>Address or key is wrong.</summary>
    public sealed record Wrong : LoginAnswer;

    /// <summary>Too many logins failed; nothing was checked.</summary>
    public sealed record TooMany(TimeSpan Wait) : LoginAnswer;
}

/// <summary>Checks logins by address and key, and keeps those who guess waiting.</summary>
public sealed class LoginDesk(CustomerDirectory customers, LoginGuard guard, KeyUse use)
{
    private static readonly LoginAnswer.Wrong Wrong = new();

    /// <summary>Who logs in with this address and key from there.</summary>
    public async Task<LoginAnswer> AuthenticateAsync(string emailAddress, string key, IPAddress remote, CancellationToken cancellationToken)
    {
        // A key that we made cannot be guessed, so it never waits: one machine with an old key must not stop its neighbours.
        if (customers.FindByKey(emailAddress, key) is { } byKey)
            return Accept(byKey, emailAddress, remote);
        if (guard.Wait(remote, emailAddress) is { Ticks: > 0 } wait)
            return new LoginAnswer.TooMany(wait);
        if (await customers.AuthenticateAsync(emailAddress, key, cancellationToken) is { } login)
            return Accept(login, emailAddress, remote);
        guard.Failed(remote, emailAddress);
        return Wrong;
    }

    private LoginAnswer.Accepted Accept(Login login, string emailAddress, IPAddress remote)
    {
        guard.Succeeded(remote, emailAddress);
        use.Note(login.SecretId);
        return new LoginAnswer.Accepted(login.Sender);
    }
}
