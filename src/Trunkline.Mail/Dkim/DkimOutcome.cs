namespace Trunkline.Mail.Dkim;

/// <summary>What the signatures of a mail prove.</summary>
public enum DkimResult
{
    /// <summary>One of them proves the domain.</summary>
    Pass,

    /// <summary>None does.</summary>
    Fail,

    /// <summary>None does, and the key of one could not be had: the name servers did not answer.</summary>
    TempError,
}

/// <summary>A result, and the reason in a clause: <c>no signature of example.org</c>.</summary>
public readonly record struct DkimOutcome(DkimResult Result, string Detail);
