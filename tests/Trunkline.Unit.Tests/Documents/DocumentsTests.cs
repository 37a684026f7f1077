using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Trunkline.Core;
using Trunkline.Gateway;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Routing;
using Trunkline.Gateway.Settling;
using Trunkline.Gateway.Webhooks;
using Trunkline.Mail.Delivery;
using Trunkline.Mail.Mime;
using Trunkline.Mail.Smtp;
using Trunkline.Rendering;
using Trunkline.Resource;
using Trunkline.Resource.Instant;
using Trunkline.Serving;
using Trunkline.Telephony.Calls;
using Trunkline.Telephony.Media;
using Trunkline.Telephony.Sip;
using Trunkline.TestLine;
using Trunkline.Web.Api;

namespace Trunkline.Unit.Tests.Documents;

/// <summary>The documents say what the code does, and the rooms know only whom they may know.</summary>
public sealed partial class DocumentsTests
{
    private const long MaxTextBytes = 2_000_000;
    private static readonly string Root = FindRoot();

    /// <summary>The arrows of ARCHITECTURE.md. The program may know all.</summary>
    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["Core"] = [],
        ["Gateway"] = ["Core"],
        ["Storage"] = ["Core", "Gateway"],
        ["Mail"] = ["Core"],
        ["Rendering"] = ["Core"],
        ["Telephony"] = ["Core"],
        ["Resource"] = ["Core", "Telephony", "Rendering", "Mail"],
        ["TestLine"] = ["Core", "Telephony"],
        ["Web"] = ["Core", "Gateway"],
        ["Trunkline"] = ["Core", "Gateway", "Storage", "Mail", "Rendering", "Telephony", "Resource", "TestLine", "Web"],
    };

    private static readonly Dictionary<string, int> FirstEvents = new(StringComparer.Ordinal)
    {
        ["Telephony"] = 1000, ["Mail"] = 2000, ["Rendering"] = 3000, ["Resource"] = 4000, ["TestLine"] = 5000, ["Gateway"] = 6000, ["Storage"] = 7000,
        ["Web"] = 8000, ["Trunkline"] = 9000,
    };

    [Fact]
    public void A_room_knows_only_the_rooms_that_its_arrows_point_to()
    {
        var projects = Directory.GetFiles(Path.Combine(Root, "src"), "*.csproj", SearchOption.AllDirectories);
        Assert.Equal(Arrows.Keys.Order(StringComparer.Ordinal), projects.Select(RoomOf).Order(StringComparer.Ordinal));
        foreach (var project in projects)
        {
            var known = XDocument.Load(project).Descendants("ProjectReference").Select(r => RoomOf(r.Attribute("Include")!.Value));
            Assert.All(known, room => Assert.True(Arrows[RoomOf(project)].Contains(room), $"{RoomOf(project)} must not know {room}."));
        }
    }

    [Fact]
    public void A_log_event_has_a_number_of_its_own_in_the_range_of_its_room()
    {
        var events = Events();
        Assert.NotEmpty(events);
        Assert.All(events.GroupBy(e => e.Id), same => Assert.Single(same));
        Assert.All(events, e => Assert.True(FirstEvents.TryGetValue(e.Room, out var first) && e.Id >= first && e.Id < first + 1000, $"{e.Id} is not in the range of {e.Room}."));
    }

    [Fact]
    public void Every_log_event_is_listed_with_its_level_and_its_text()
    {
        var page = Read("docs/operating/log-events.md");
        foreach (var e in Events())
            Assert.Contains($"| {e.Id} | {e.Level} | {e.Text} |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void No_log_event_is_listed_that_the_code_does_not_have()
    {
        var known = Events().Select(e => e.Id).ToHashSet();
        var listed = Regex.Matches(Read("docs/operating/log-events.md"), @"^\| (\d{4}) \|", RegexOptions.Multiline)
            .Select(m => int.Parse(m.Groups[1].Value, CultureInfo.InvariantCulture));
        Assert.All(listed, id => Assert.Contains(id, known));
    }

    [Theory, MemberData(nameof(AllOutcomes))]
    public void An_outcome_is_described_with_its_words_and_its_retry_policy(CallOutcome outcome)
    {
        var words = CallOutcomes.Of(outcome);
        Assert.Contains($"| `{outcome}` | `{words.Code}` | {words.Sentence} | {words.Advice} | `{words.Retry}` | {words.DeliveryStatus} |",
            Read("docs/reference/outcomes.md"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(typeof(ServerOptions), "")]
    [InlineData(typeof(GatewayOptions), "")]
    [InlineData(typeof(TelephoneOptions), "Trunk:")]
    [InlineData(typeof(TrunkSettings), "Trunk:")]
    [InlineData(typeof(RetryOptions), "Retry:")]
    [InlineData(typeof(BillingOptions), "Billing:")]
    [InlineData(typeof(RoutingOptions), "Routing:")]
    [InlineData(typeof(RetryPolicy), "")]
    [InlineData(typeof(FraudOptions), "Fraud:")]
    [InlineData(typeof(WebhookOptions), "Webhooks:")]
    [InlineData(typeof(Trunkline.Gateway.Broadcasts.BroadcastOptions), "Broadcast:")]
    public void An_option_is_in_the_list_of_options(Type options, string section)
    {
        var page = Read("docs/operating/options.md");
        foreach (var option in options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
            Assert.True(page.Contains($"`{section}{option.Name}`", StringComparison.Ordinal), $"{section}{option.Name} is not in docs/operating/options.md.");
    }

    [Theory]
    [InlineData(typeof(ApiOptions))]
    [InlineData(typeof(SmtpServerOptions))]
    [InlineData(typeof(MimeLimits))]
    [InlineData(typeof(SmtpDeliveryOptions))]
    [InlineData(typeof(ResourceOptions))]
    [InlineData(typeof(InstantOptions))]
    [InlineData(typeof(RenderingOptions))]
    [InlineData(typeof(FaxCallOptions))]
    [InlineData(typeof(MediaEngineOptions))]
    [InlineData(typeof(SipEndpointOptions))]
    [InlineData(typeof(Trunkline.Telephony.Sip.SipStreamOptions))]
    [InlineData(typeof(TestLineOptions))]
    public void A_fixed_limit_is_in_the_list_of_options(Type limits)
    {
        var page = Read("docs/operating/options.md");
        // What is required is no limit: the program gives it.
        foreach (var limit in limits.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite && p.GetCustomAttribute<RequiredMemberAttribute>() is null))
            Assert.True(page.Contains($"{limit.Name}`", StringComparison.Ordinal), $"{limits.Name}.{limit.Name} is not in docs/operating/options.md.");
    }

    [Fact]
    public void A_retry_policy_is_described_as_it_is()
    {
        var options = new RetryOptions();
        var page = Read("docs/reference/outcomes.md");
        foreach (var name in Enum.GetValues<RetryPolicyName>())
        {
            if (options.Find(name) is not { } policy)
                continue;
            var interval = policy.Interval.TotalSeconds < 60 ? $"{policy.Interval.TotalSeconds:0} seconds"
                : policy.Interval.TotalMinutes == 1 ? "1 minute" : $"{policy.Interval.TotalMinutes:0} minutes";
            Assert.Contains($"| `{name}` | {interval} | {policy.MaxAttempts} | {policy.Growth.ToString(CultureInfo.InvariantCulture)}", page, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_link_points_to_a_file_and_a_heading_that_exist()
    {
        foreach (var page in Tracked().Where(f => f.EndsWith(".md", StringComparison.Ordinal)))
        {
            foreach (var link in Links(page))
            {
                var parts = link.Split('#', 2);
                var target = parts[0].Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, parts[0]));
                Assert.True(File.Exists(target) || Directory.Exists(target), $"{page} points to {link}, which does not exist.");
                if (parts.Length == 2)
                    Assert.True(Headings(target).Contains(parts[1]), $"{page} points to {link}: there is no such heading.");
            }
        }
    }

    [Fact]
    public void No_file_names_the_machine_that_it_was_written_on()
    {
        // In pieces, so that this file does not name them either.
        string[] names = ["/wo" + "rk/", "../sha" + "red", "api.nuget" + ".org", "registry.npmjs" + ".org", "files.pythonhosted" + ".org"];
        foreach (var file in Tracked().Where(f => new FileInfo(f).Length < MaxTextBytes))
        {
            var text = File.ReadAllText(file);
            if (!text.Contains('\0', StringComparison.Ordinal))
                Assert.All(names, name => Assert.False(text.Contains(name, StringComparison.OrdinalIgnoreCase), $"{file} names {name}."));
        }
    }

    public static TheoryData<CallOutcome> AllOutcomes() => [.. Enum.GetValues<CallOutcome>()];

    private static string RoomOf(string project) =>
        Path.GetFileNameWithoutExtension(project.Replace('\\', '/')) is "Trunkline" ? "Trunkline" : Path.GetFileNameWithoutExtension(project)["Trunkline.".Length..];

    private static List<(int Id, string Level, string Text, string Room)> Events()
    {
        var found = new List<(int, string, string, string)>();
        foreach (var file in Sources().Where(f => f.EndsWith(".cs", StringComparison.Ordinal)))
        {
            var room = RoomOf(Path.GetRelativePath(Path.Combine(Root, "src"), file).Split(Path.DirectorySeparatorChar)[0] + ".csproj");
            var text = File.ReadAllText(file);
            var matches = LogEvent().Matches(text);
            // An event that is written in another way would be missed.
            Assert.Equal(text.Split("[LoggerMessage(").Length - 1, matches.Count);
            found.AddRange(matches.Select(m =>
                (int.Parse(m.Groups["id"].Value, CultureInfo.InvariantCulture), m.Groups["level"].Value, m.Groups["text"].Value, room)));
        }
        return found;
    }

    [GeneratedRegex("""\[LoggerMessage\((?<id>\d+), LogLevel\.(?<level>\w+),\s+"(?<text>[^"]*)"\)\]""")]
    private static partial Regex LogEvent();

    private static IEnumerable<string> Links(string page) =>
        Regex.Matches(Regex.Replace(File.ReadAllText(page), "```.*?```", "", RegexOptions.Singleline), @"\]\(([^)\s]+)\)")
            .Select(m => m.Groups[1].Value).Where(l => !l.Contains("://", StringComparison.Ordinal));

    private static HashSet<string> Headings(string page) => File.ReadLines(page).Where(l => l.StartsWith('#'))
        .Select(l => Regex.Replace(l.TrimStart('#').Trim().ToLowerInvariant(), @"[^\w\- ]", "").Replace(' ', '-')).ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Sources() => Tracked().Where(f => f.StartsWith(Path.Combine(Root, "src") + Path.DirectorySeparatorChar, StringComparison.Ordinal));

    /// <summary>What belongs to the project: what git tracks, or, in a copy without git, all but what is built.</summary>
    private static IEnumerable<string> Tracked()
    {
        string[] built = ["bin", "obj", ".git", ".build", "data", "TestResults", "BenchmarkDotNet.Artifacts"];
        var all = Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
            .Where(f => !Path.GetRelativePath(Root, f).Split(Path.DirectorySeparatorChar).Any(built.Contains));
        return Path.Exists(Path.Combine(Root, ".git")) && GitLists() is { } listed ? listed : all;
    }

    /// <summary>Null when there is no git, or it does not trust the folder.</summary>
    private static IEnumerable<string>? GitLists()
    {
        var start = new ProcessStartInfo("git", ["-C", Root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]) { RedirectStandardOutput = true };
        try
        {
            using var git = Process.Start(start)!;
            var listed = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            return git.ExitCode == 0
                ? listed.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(f => Path.Combine(Root, f)).Where(File.Exists)
                : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(Path.Combine(directory.FullName, "Trunkline.slnx")))
                return directory.FullName;
        }
        throw new InvalidOperationException("The tests do not run below the folder that holds Trunkline.slnx.");
    }
}
