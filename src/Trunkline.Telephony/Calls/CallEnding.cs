namespace Trunkline.Telephony.Calls;

/// <summary>Why an answered call came to its end.</summary>
internal enum CallEnding
{
    /// <summary>The fax terminal was done, well or not.</summary>
    FaxOver,

    /// <summary>The far end hung up first.</summary>
    FarEndHungUp,

    /// <summary>A limit of ours was reached: no fax signal in time, or the longest call.</summary>
    LimitReached,

    /// <summary>We were told to stop.</summary>
    Stopped,
}
