namespace Trunkline.Telephony.Hearing;

/// <summary>What can be heard on a line that is no fax machine (ITU-T E.180/Q.35, and the North American codes of the special information tone).</summary>
public enum LineSound
{
    /// <summary>Nothing that is known.</summary>
    Nothing,

    /// <summary>It rings at the far end.</summary>
    RingingTone,

    /// <summary>The called line is engaged.</summary>
    BusyTone,

    /// <summary>The network has no way to the called line at the moment; "reorder" in North America.</summary>
    CongestionTone,

    /// <summary>Special information tone, long and short: the number is not assigned.</summary>
    VacantCode,

    /// <summary>Special information tone, short and short: the number was changed or disconnected.</summary>
    Intercept,

    /// <summary>Special information tone, short and long: a fault or blockage within the network.</summary>
    Reorder,

    /// <summary>Special information tone, long and long: no free circuit.</summary>
    NoCircuit,

    /// <summary>Special information tone that is not coded: the call cannot be put through, for a reason that is neither busy nor congestion.</summary>
    SpecialInformation,

    /// <summary>Somebody speaks: an announcement before the answer, anybody after it.</summary>
    Voice,

    /// <summary>A single tone after a voice: an answering machine begins to record.</summary>
    Beep,

    /// <summary>A person answered.</summary>
    Person,

    /// <summary>An answering machine answered.</summary>
    VoiceMail,
}

/// <summary>What the sounds of a line mean.</summary>
public static class LineSounds
{
    /// <summary>For the record of a call.</summary>
    public static string Words(this LineSound sound) => sound switch
    {
        LineSound.Nothing => "",
        LineSound.RingingTone => "ringing tone",
        LineSound.BusyTone => "busy tone",
        LineSound.CongestionTone => "congestion tone",
        LineSound.VacantCode => "special information tone: vacant code",
        LineSound.Intercept => "special information tone: intercept",
        LineSound.Reorder => "special information tone: reorder",
        LineSound.NoCircuit => "special information tone: no circuit",
        LineSound.SpecialInformation => "special information tone",
        LineSound.Voice => "a voice",
        LineSound.Beep => "a beep",
        LineSound.Person => "a person",
        LineSound.VoiceMail => "an answering machine",
    };

    /// <summary>True when the network says by it that no call comes about: nothing better follows.</summary>
    public static bool EndsCall(this LineSound sound) => sound is LineSound.BusyTone or LineSound.CongestionTone or LineSound.VacantCode or LineSound.Intercept
        or LineSound.Reorder or LineSound.NoCircuit or LineSound.SpecialInformation;
}
