namespace Trunkline.Mail.Spf;

/// <summary>The results of RFC 7208, 2.6.</summary>
public enum SpfResult
{
    /// <summary>The domain publishes nothing about this.</summary>
    None,

    /// <summary>The domain says that it says nothing.</summary>
    Neutral,

    /// <summary>The client may send for the domain.</summary>
    Pass,

    /// <summary>It may not.</summary>
    Fail,

    /// <summary>It probably may not.</summary>
    SoftFail,

    /// <summary>The name servers did not answer.</summary>
    TempError,

    /// <summary>What the domain publishes cannot be understood, or asks too much.</summary>
    PermError,
}
