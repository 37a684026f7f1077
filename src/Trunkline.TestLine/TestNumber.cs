using Trunkline.Telephony.Hearing;

namespace Trunkline.TestLine;

/// <summary>One number of the test line and how it behaves.</summary>
/// <param name="Number">E.164.</param>
/// <param name="Answer">What it does with a call.</param>
public sealed record TestNumber(string Number, TestAnswer Answer)
{
    /// <summary>For listings.</summary>
    public required string Description { get; init; }

    /// <summary>Calls of a caller that are told 486 before the number does what <see cref="Answer"/> says.</summary>
    public int BusyTimes { get; init; }

    /// <summary>How long it rings before it is answered.</summary>
    public TimeSpan RingFor { get; init; }

    /// <summary>What sounds at <see cref="TestAnswer.Tone"/>.</summary>
    public LineSound Tone { get; init; } = LineSound.BusyTone;

    /// <summary>Its tones are those of Europe, else of North America.</summary>
    public bool IsEuropean { get; init; }

    /// <summary>The tone sounds before the answer (183 with a description), which never comes.</summary>
    public bool BeforeAnswer { get; init; }

    /// <summary>False refuses T.38 with 488.</summary>
    public bool T38 { get; init; } = true;

    /// <summary>By T.38, it is an Internet-aware fax device; else it behaves as a machine behind a gateway.</summary>
    public bool InternetAware { get; init; } = true;

    /// <summary>Takes sound that is sent again (RFC 2198).</summary>
    public bool AudioRedundancy { get; init; } = true;

    /// <summary>Error correction.</summary>
    public bool Ecm { get; init; } = true;

    /// <summary>The highest rate in bits a second.</summary>
    public int MaxBitRate { get; init; } = 14400;

    /// <summary>Hangs up in this page of a call; 0 for never.</summary>
    public int DropAtPage { get; init; }

    /// <summary>Answered calls of a caller that <see cref="DropAtPage"/> meets; 0 for all of them.</summary>
    public int DropTimes { get; init; }

    /// <summary>Training checks (TCF) of a call that are answered "failure to train", whatever came.</summary>
    public int RefuseTrainings { get; init; }

    /// <summary>The share of packets lost each way, 0 to 1.</summary>
    public double PacketLoss { get; init; }

    /// <summary>Packets that are lost in a row, on average; 1 for each by itself.</summary>
    public double LossBurst { get; init; } = 1;

    /// <summary>Packets are late by up to this, each way and each by another time, so that some overtake others.</summary>
    public TimeSpan Jitter { get; init; }

    /// <summary>The numbers that every test line has; any other is answered 404.</summary>
    public static IReadOnlyList<TestNumber> All { get; } =
    [
        new("+12025550100", TestAnswer.Fax) { Description = "fax, T.38, ECM" },
        new("+12025550101", TestAnswer.Fax) { Description = "fax, refuses T.38: G.711", T38 = false },
        new("+12025550102", TestAnswer.Busy) { Description = "busy" },
        new("+12025550103", TestAnswer.NoAnswer) { Description = "no answer" },
        new("+12025550106", TestAnswer.Fax) { Description = "fax that hangs up in page 2 the first time", DropAtPage = 2, DropTimes = 1 },
        new("+12025550107", TestAnswer.Fax) { Description = "fax without ECM, 4800 bit/s at most", Ecm = false, MaxBitRate = 4800 },
        new("+12025550108", TestAnswer.NotInService) { Description = "not in service" },
        new("+12025550112", TestAnswer.Fax) { Description = "fax behind 3 % packet loss", PacketLoss = 0.03 },
        new("+12025550113", TestAnswer.Silence) { Description = "answers and stays silent" },
        new("+12025550114", TestAnswer.Person) { Description = "a person answers" },
        new("+12025550115", TestAnswer.VoiceMail) { Description = "an answering machine answers" },
        new("+12025550116", TestAnswer.Tone) { Description = "busy tone before the answer", Tone = LineSound.BusyTone, BeforeAnswer = true },
        new("+12025550117", TestAnswer.Tone) { Description = "vacant code before the answer", Tone = LineSound.VacantCode, BeforeAnswer = true },
        new("+12025550118", TestAnswer.Tone) { Description = "busy tone after the answer, of Europe", Tone = LineSound.BusyTone, IsEuropean = true },
    ];

    /// <summary>The number that a SIP user part names, written with or without the plus sign; null when it is none of these.</summary>
    public static TestNumber? Find(IReadOnlyList<TestNumber> numbers, string user)
    {
        var digits = user.AsSpan().TrimStart('+');
        foreach (var number in numbers)
        {
            if (digits.SequenceEqual(number.Number.AsSpan(1)))
                return number;
        }

        return null;
    }
}
