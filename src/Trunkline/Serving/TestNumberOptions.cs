using Microsoft.Extensions.Configuration;
using Trunkline.Core;
using Trunkline.Telephony.Hearing;
using Trunkline.TestLine;

namespace Trunkline.Serving;

/// <summary>A number of the test line with faults of its own, as the operator configures it under <c>TestLine:Numbers</c>.</summary>
public sealed class TestNumberOptions
{
    /// <summary>Numbers that may be configured: a screen of them.</summary>
    private const int MaxNumbers = 100;

    private const int LongestRing = 180;

    /// <summary>A second of sound.</summary>
    private const int LongestBurst = 50;

    private static readonly int[] BitRates = [4800, 9600, 14400];

    /// <summary>In E.164 form.</summary>
    public string Number { get; set; } = "";

    /// <summary>What it does with a call.</summary>
    public TestAnswer Answer { get; set; } = TestAnswer.Fax;

    /// <summary>For listings; empty for none.</summary>
    public string Description { get; set; } = "";

    /// <summary>The first calls of a caller that are told busy.</summary>
    public int BusyTimes { get; set; }

    /// <summary>How long it rings before it is answered.</summary>
    public TimeSpan RingFor { get; set; }

    /// <summary>What sounds when <see cref="Answer"/> is a tone.</summary>
    public LineSound Tone { get; set; } = LineSound.BusyTone;

    /// <summary>Tones of Europe.</summary>
    public bool European { get; set; }

    /// <summary>The tone sounds before the answer.</summary>
    public bool BeforeAnswer { get; set; }

    /// <summary>False refuses T.38.</summary>
    public bool T38 { get; set; } = true;

    /// <summary>False is, by T.38, a machine behind a gateway.</summary>
    public bool InternetAware { get; set; } = true;

    /// <summary>False does not take sound that is sent again.</summary>
    public bool AudioRedundancy { get; set; } = true;

    /// <summary>False has no error correction.</summary>
    public bool Ecm { get; set; } = true;

    /// <summary>The highest rate, bits a second.</summary>
    public int MaxBitRate { get; set; } = 14400;

    /// <summary>Hangs up in this page; 0 for never.</summary>
    public int DropAtPage { get; set; }

    /// <summary>So many calls of a caller; 0 for all of them.</summary>
    public int DropTimes { get; set; }

    /// <summary>So many training checks of each call are refused.</summary>
    public int RefuseTrainings { get; set; }

    /// <summary>The share of packets lost each way, 0 to 1.</summary>
    public double Loss { get; set; }

    /// <summary>Packets that are lost in a row, on average.</summary>
    public double LossBurst { get; set; } = 1;

    /// <summary>Packets are late by up to this.</summary>
    public TimeSpan Jitter { get; set; }

    /// <summary>Reads the section. Throws <see cref="OptionsException"/> with a sentence for what cannot work.</summary>
    public static IReadOnlyList<TestNumber> Read(IConfiguration configuration)
    {
        var sections = configuration.GetSection("TestLine:Numbers").GetChildren().ToList();
        if (sections.Count > MaxNumbers)
            throw new OptionsException($"TestLine:Numbers are at most {MaxNumbers}.");
        List<TestNumber> numbers = [.. sections.Select(Read)];
        if (numbers.GroupBy(number => number.Number).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new OptionsException($"TestLine:Numbers has {twice.Key} twice.");
        return numbers;
    }

    private static TestNumber Read(IConfigurationSection section)
    {
        var options = new TestNumberOptions();
        try
        {
            section.Bind(options);
        }
        catch (InvalidOperationException fault)
        {
            throw new OptionsException($"{section.Path}: {(fault.InnerException ?? fault).Message}");
        }
        if (!PhoneNumber.TryParse(options.Number, "US", out var number))
            throw new OptionsException($"{section.Path}:Number {options.Number} is no telephone number.");
        options.Check(section.Path);
        return new TestNumber(number.ToString(), options.Answer)
        {
            Description = options.Description.Length > 0 ? options.Description : "of the operator",
            BusyTimes = options.BusyTimes,
            RingFor = options.RingFor,
            Tone = options.Tone,
            IsEuropean = options.European,
            BeforeAnswer = options.BeforeAnswer,
            T38 = options.T38,
            InternetAware = options.InternetAware,
            AudioRedundancy = options.AudioRedundancy,
            Ecm = options.Ecm,
            MaxBitRate = options.MaxBitRate,
            DropAtPage = options.DropAtPage,
            DropTimes = options.DropTimes,
            RefuseTrainings = options.RefuseTrainings,
            PacketLoss = options.Loss,
            LossBurst = options.LossBurst,
            Jitter = options.Jitter,
        };
    }

    private void Check(string path)
    {
        if (!Enum.IsDefined(Answer))
            throw new OptionsException($"{path}:Answer is one of {string.Join(", ", Enum.GetNames<TestAnswer>())}.");
        if (Tone != LineSound.RingingTone && !Tone.EndsCall())
            throw new OptionsException($"{path}:Tone is one of RingingTone, {string.Join(", ", Enum.GetValues<LineSound>().Where(sound => sound.EndsCall()))}.");
        if (BusyTimes < 0 || DropAtPage < 0 || DropTimes < 0 || RefuseTrainings < 0)
            throw new OptionsException($"{path}: BusyTimes, DropAtPage, DropTimes and RefuseTrainings are 0 or more.");
        if (!BitRates.Contains(MaxBitRate))
            throw new OptionsException($"{path}:MaxBitRate is one of {string.Join(", ", BitRates)}.");
        if (Loss is not (>= 0 and < 1))
            throw new OptionsException($"{path}:Loss is a share, at least 0 and below 1.");
        if (LossBurst is not (>= 1 and <= LongestBurst))
            throw new OptionsException($"{path}:LossBurst is at least 1 and at most {LongestBurst}.");
        if (RingFor < TimeSpan.Zero || RingFor > TimeSpan.FromSeconds(LongestRing))
            throw new OptionsException($"{path}:RingFor is at most three minutes.");
        if (Jitter < TimeSpan.Zero || Jitter > TimeSpan.FromSeconds(1))
            throw new OptionsException($"{path}:Jitter is at most a second.");
    }
}
