namespace Trunkline.Telephony.Media;

/// <summary>Somebody or something to be heard by a caller, who need not be listened to.</summary>
internal interface ISoundTerminal : IMediaTerminal
{
    /// <summary>True when it has hung up; a tone never does.</summary>
    bool IsOver { get; }
}
