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
        if (guard.WaitOfAddress(remote) is { Ticks: > 0 } wait)
            return new LoginAnswer.TooMany(wait);
        // Who has logged in with this very key before may do so again: a guesser elsewhere does not lock the owner out.
        if (guard.WaitOfAccount(emailAddress) is { Ticks: > 0 } accountWait && !customers.HasProven(emailAddress, key))
        {
            guard.Failed(remote, emailAddress);
            return new LoginAnswer.TooMany(accountWait);
        }
        if (await customers.AuthenticateAsync(emailAddress, key, cancellationToken) is { } login)
        {
            guard.Succeeded(emailAddress);
            use.Note(login.SecretId);
            return new LoginAnswer.Accepted(login.Sender);
        }
        guard.Failed(remote, emailAddress);
        return Wrong;
    }
}
