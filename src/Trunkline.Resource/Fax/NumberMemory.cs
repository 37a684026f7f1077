using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using Trunkline.Core;
using Trunkline.Telephony.Calls;

namespace Trunkline.Resource.Fax;

/// <summary>
/// Remembers for each number how a fax got through, or what is to be tried next, and forgets it a while after it was learned, however often the number is
/// called meanwhile: lines are mended. A file beside the spool holds it; it is not synced, since what a crash loses costs an attempt at most.
/// </summary>
/// <remarks>
/// <code>
/// 2026-11-23T13:00:50.000Z +12025550100 Audio 0 9600 ecm       when it was learned, number, way, failures by it, rate that got through or 0, error correction
/// </code>
/// </remarks>
internal sealed class NumberMemory
{
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    // Once the file has so many lines more than there are numbers, it is written anew.
    private const int MaxStaleLines = 10_000;
    private const long MaxFileBytes = 16 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Known> _numbers = new(StringComparer.Ordinal);
    private readonly string _path;
    private readonly int _max;
    private readonly TimeSpan _keep;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private int _lines;

    public NumberMemory(string path, ResourceOptions options, TimeProvider time, ILogger log)
    {
        (_path, _max, _keep, _time, _log) = (path, options.MaxNumbers, options.NumberMemory, time, log);
        Try(Load);
    }

    /// <summary>How a call to this number is to be tried.</summary>
    public FaxPlan PlanFor(PhoneNumber number)
    {
        lock (_lock)
            return Find(number) is { } known ? new FaxPlan(known.Way, FaxPlan.Begin(known.BitRate), known.Ecm) : FaxPlan.Best;
    }

    /// <summary>Learns from a call that ended. Calls that no transfer came of say nothing about the way.</summary>
    /// <param name="call">As it was placed.</param>
    /// <param name="way">By which it was tried.</param>
    public void Learn(FaxCall call, FaxWay way, FaxCallResult result)
    {
        lock (_lock)
        {
            var before = Find(call.To);
            if (After(call, way, before?.Way == way ? before.Failures : 0, result) is not { } next)
                return;
            // With what a call failed is not to be done again.
            var isThrough = result.Outcome == CallOutcome.Delivered;
            var known = new Known(_time.GetUtcNow(), next.Way, next.Failures, isThrough ? result.BitRate : 0, !isThrough || result.Ecm || result.BitRate == 0);
            // Most numbers take what is best: they need no place here.
            if (known.IsSame(before ?? Known.Nothing))
                return;
            _numbers[call.To.E164] = known;
            if (_numbers.Count > _max)
                _numbers.Remove(_numbers.MinBy(entry => entry.Value.At).Key);
            Try(() => Append(call.To.E164, known));
        }
    }

    /// <summary>The way after a call, and how often it failed already; null when the call says nothing of it.</summary>
    internal static (FaxWay Way, int Failures)? After(FaxCall call, FaxWay way, int failures, FaxCallResult result)
    {
        switch (result.Outcome)
        {
            case CallOutcome.Delivered:
                // The far end refused T.38: the next call saves the question.
                return (way == FaxWay.Best && !result.T38 ? FaxWay.Audio : way, 0);
            case CallOutcome.Dropped or CallOutcome.Incompatible:
                break;
            // After T.38 was agreed on and nothing came by it, the packets go nowhere: many a carrier agrees to what it cannot do.
            case CallOutcome.NoFax when result.T38:
                break;
            case CallOutcome.Busy or CallOutcome.NoAnswer or CallOutcome.Refused or CallOutcome.NotInService or CallOutcome.NoFax or CallOutcome.Person or CallOutcome.VoiceMail or CallOutcome.Congestion
                or CallOutcome.TrunkDown or CallOutcome.Unauthorized or CallOutcome.CarrierRefused or CallOutcome.Interrupted or CallOutcome.BadDocument
                or CallOutcome.Expired or CallOutcome.Cancelled or CallOutcome.Uncertain or CallOutcome.NoCredit or CallOutcome.NoPrice or CallOutcome.NotAllowed:
                return null;
        }
        // A call that brought pages through may have ended for another reason than its way; twice is no accident.
        if (result.PagesConfirmed >= call.FirstPage && failures == 0)
            return (way, 1);
        // What failed by G.711 already is not tried by it once more.
        var tried = way == FaxWay.Best && !result.T38 ? FaxWay.Audio : way;
        return (tried.Next(), 0);
    }

    private Known? Find(PhoneNumber number) =>
        _numbers.TryGetValue(number.E164, out var known) && known.At + _keep > _time.GetUtcNow() ? known : null;

    private void Load()
    {
        if (!File.Exists(_path) || new FileInfo(_path).Length > MaxFileBytes)
            return;
        var oldest = _time.GetUtcNow() - _keep;
        foreach (var line in File.ReadLines(_path))
        {
            _lines++;
            if (Known.TryRead(line, out var number, out var known) && known.At > oldest)
                _numbers[number] = known;
        }
        foreach (var (number, _) in _numbers.OrderByDescending(entry => entry.Value.At).Skip(_max).ToList())
            _numbers.Remove(number);
        Rewrite();
    }

    private void Append(string number, Known known)
    {
        if (++_lines > _numbers.Count + MaxStaleLines)
            Rewrite();
        else
            File.AppendAllText(_path, known.Line(number));
    }

    private void Rewrite()
    {
        var text = new StringBuilder();
        foreach (var (number, known) in _numbers)
            text.Append(known.Line(number));
        File.WriteAllText(_path + ".writing", text.ToString());
        File.Move(_path + ".writing", _path, overwrite: true);
        _lines = _numbers.Count;
    }

    private void Try(Action deed)
    {
        try
        {
            deed();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            ResourceLog.NumbersNotKept(_log, _path, fault);
        }
    }

    private sealed record Known(DateTimeOffset At, FaxWay Way, int Failures, int BitRate, bool Ecm)
    {
        /// <summary>Of a number that is not remembered.</summary>
        public static Known Nothing { get; } = new(default, FaxWay.Best, 0, 0, true);

        /// <summary>True when the next call will go as it did.</summary>
        public bool IsSame(Known other) =>
            (Way, Failures, FaxPlan.Begin(BitRate), Ecm) == (other.Way, other.Failures, FaxPlan.Begin(other.BitRate), other.Ecm);

        public string Line(string number) => string.Create(CultureInfo.InvariantCulture,
            $"{At.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)} {number} {Way} {Failures} {BitRate} {(Ecm ? "ecm" : "no-ecm")}\n");

        public static bool TryRead(string line, out string number, out Known known)
        {
            (number, known) = ("", null!);
            var words = line.Split(' ');
            if (words.Length != 6 || !DateTimeOffset.TryParse(words[0], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
                || !Enum.TryParse<FaxWay>(words[2], out var way) || !Enum.IsDefined(way)
                || !int.TryParse(words[3], NumberStyles.None, CultureInfo.InvariantCulture, out var failures)
                || !int.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out var bitRate))
                return false;
            (number, known) = (words[1], new Known(at, way, failures, bitRate, words[5] == "ecm"));
            return true;
        }
    }
}
