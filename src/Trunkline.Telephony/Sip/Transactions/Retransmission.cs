namespace Trunkline.Telephony.Sip.Transactions;

/// <summary>
/// Says a thing again after T1, twice T1, and so on up to a longest interval, until stopped (timers A, E, G and that of section 13.3.1.4).
/// </summary>
internal sealed class Retransmission(TimeProvider time, Lock gate)
{
    private readonly GatedTimer _timer = new(time, gate);

    public void Start(TimeSpan first, TimeSpan longest, Action again) => Next(first, longest, again);

    public void Stop() => _timer.Stop();

    private void Next(TimeSpan interval, TimeSpan longest, Action again) => _timer.Set(interval, () =>
    {
        // The next one is set before this one is sent, so that whoever sees the message may rely on its successor.
        var doubled = 2 * interval;
        Next(doubled < longest ? doubled : longest, longest, again);
        again();
    });
}
