namespace Trunkline.Telephony.Media;

/// <summary>What a <see cref="MediaClock"/> drives. All of it runs on one media thread.</summary>
internal interface IMediaLeg
{
    /// <summary>20 ms have passed. False when the leg is over and has released what it held.</summary>
    bool Tick();

    /// <summary>The clock stops, or the leg itself threw: it releases what it holds and is not called again.</summary>
    void Abandon(string reason);
}
