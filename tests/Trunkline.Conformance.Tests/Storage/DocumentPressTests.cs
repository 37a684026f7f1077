using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Trunkline.Core;
using Trunkline.Core.Documents;
using Trunkline.Gateway;
using Trunkline.Gateway.Billing;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Routing;
using Trunkline.Gateway.Retention;
using Trunkline.Storage.Sqlite;

namespace Trunkline.Conformance.Tests.Storage;

/// <summary>The press, the preparer and retention over a real store and real files; only the renderer is told what to say.</summary>
public sealed class DocumentPressTests : IAsyncDisposable
{
    private const string Slow = "The text of the mail took more than 20 s to convert.";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly RenderResult Passing = new RenderResult.Failed(Slow, MayPass: true);
    private readonly StoreRig _rig = new();
    private readonly FakeTimeProvider _time = new(StoreRig.Start);
    private readonly string _directory = Directory.CreateTempSubdirectory("trunkline-press-").FullName;
    private readonly GatewayOptions _options;

    public DocumentPressTests() => _options = new GatewayOptions { Node = "test", RenderedDirectory = _directory, Preparers = 1 };

    public async ValueTask DisposeAsync()
    {
        await _rig.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task What_follows_from_the_content_is_found_out_once()
    {
        var renderer = new ScriptedRenderer(_ => new RenderResult.Failed("It is protected by a password."));
        var press = Press(renderer);
        var submission = await AcceptAsync();
        var refused = new PressResult.Refused("It is protected by a password.", IsOfContent: true);
        Assert.Equal(refused, await MakeAsync(press, submission));
        Assert.Equal(refused, await MakeAsync(Press(renderer), submission));
        Assert.Equal(1, renderer.Tries);
    }

    [Fact]
    public async Task A_bad_moment_is_tried_again_after_a_pause_and_the_document_is_not_condemned()
    {
        var left = 1;
        var renderer = new ScriptedRenderer(_ => left-- > 0 ? Passing : new RenderResult.Rendered(1));
        var press = Press(renderer);
        var submission = await AcceptAsync();
        var later = new PressResult.Later(Slow, StoreRig.Start.AddSeconds(30));
        Assert.Equal(later, await MakeAsync(press, submission));
        Assert.Equal(later, await MakeAsync(press, submission));
        Assert.Equal(1, renderer.Tries);
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.True(press.HasPages(Assert.IsType<PressResult.Made>(await MakeAsync(press, submission)).Key));
    }

    [Fact]
    public async Task Three_bad_moments_are_the_end_for_an_hour_and_are_never_kept()
    {
        var renderer = new ScriptedRenderer(_ => Passing);
        var press = Press(renderer);
        var submission = await AcceptAsync();
        for (var i = 0; i < 2; i++)
        {
            Assert.IsType<PressResult.Later>(await MakeAsync(press, submission));
            _time.Advance(TimeSpan.FromSeconds(30));
        }
        var refused = new PressResult.Refused(Slow, IsOfContent: false);
        Assert.Equal(refused, await MakeAsync(press, submission));
        // Nor does each of a thousand recipients burn its time again.
        Assert.Equal(refused, await MakeAsync(press, await AcceptAsync()));
        Assert.Equal(3, renderer.Tries);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.IsType<PressResult.Later>(await MakeAsync(press, submission));
        Assert.Equal(0, await _rig.Database.ReadAsync(s => s.Number("SELECT count(*) FROM rendering"), None));
    }

    [Fact]
    public async Task One_attachment_with_a_bad_moment_keeps_neither_its_own_failure_nor_that_of_the_whole()
    {
        var left = 1;
        var renderer = new ScriptedRenderer(d => d.Name == "b.pdf" && left-- > 0 ? Passing : new RenderResult.Rendered(1));
        var press = Press(renderer);
        var submission = _rig.Submission("+12025550100") with { Fragments = [Fragment("a.pdf"), Fragment("b.pdf")] };
        await _rig.Intake.AcceptAsync(submission, None);
        Assert.IsType<PressResult.Later>(await MakeAsync(press, submission));
        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(2, Assert.IsType<PressResult.Made>(await MakeAsync(press, submission)).Pages);
        // The first was made once.
        Assert.Equal(3, renderer.Tries);
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("cut")]
    public async Task Pages_that_are_gone_are_made_anew(string how)
    {
        var renderer = new ScriptedRenderer(_ => new RenderResult.Rendered(1));
        var press = Press(renderer);
        var submission = await AcceptAsync();
        var key = Assert.IsType<PressResult.Made>(await MakeAsync(press, submission)).Key;
        if (how == "deleted")
            File.Delete(press.PathOf(key));
        else
            await File.WriteAllBytesAsync(press.PathOf(key), [], None);
        Assert.False(press.HasPages(key));
        Assert.Equal(new PressResult.Made(key, 1), await MakeAsync(press, submission));
        Assert.True(press.HasPages(key));
        Assert.Equal(2, renderer.Tries);
    }

    [Fact]
    public async Task A_fax_that_was_too_long_is_not_too_long_under_another_limit()
    {
        _options.MaxPages = 2;
        var renderer = new ScriptedRenderer(_ => new RenderResult.Rendered(3));
        var submission = await AcceptAsync();
        Assert.IsType<PressResult.Refused>(await MakeAsync(Press(renderer), submission));
        _options.MaxPages = 3;
        Assert.Equal(3, Assert.IsType<PressResult.Made>(await MakeAsync(Press(renderer), submission)).Pages);
    }

    [Fact]
    public async Task The_preparer_tries_three_times_and_then_tells_the_sender_why()
    {
        var renderer = new ScriptedRenderer(_ => Passing);
        var signals = new QueueSignals(_time);
        var press = Press(renderer);
        using var customers = new CustomerDirectory(new SqliteCustomerStore(_rig.Database, _time));
        using var covers = new CoverPress(
            new SqliteCoverStore(_rig.Database), renderer, press, customers, Options.Create(_options), NullLogger<CoverPress>.Instance);
        using var alarm = new LimitAlarm(
            new SqliteCustomerStore(_rig.Database, _time), customers, new WorkLoops(_time, NullLogger<WorkLoops>.Instance), _time, Options.Create(_options), NullLogger<LimitAlarm>.Instance);
        using var preparer = new Preparer(
            _rig.Queue, _rig.Preparing, press, covers, _rig.Billing(new FixedPrices(Rate.Free("USD")), _time), customers,
            new CustomerGate(new HourCounts(_time), alarm), new UnpagedPress(_rig.Preparing, Options.Create(_options)),
            signals, new WorkLoops(_time, NullLogger<WorkLoops>.Instance), _time, Options.Create(_options),
            NullLogger<Preparer>.Instance);
        var submission = await AcceptAsync();
        await preparer.StartAsync(None);
        for (var i = 0; i < 2; i++)
        {
            // It is put back first, then its time comes, then it is ready: a worker that had it before its time would not try.
            await Patience.UntilAsync(async () => await _rig.Database.ReadAsync(s => s.Number("SELECT count(*) FROM scheduled"), None) == 1);
            _time.Advance(TimeSpan.FromSeconds(30));
            Assert.Contains(Lane.Prepare, (await _rig.Queue.PromoteAsync(_time.GetUtcNow(), 10, None)).Lanes);
            signals.Wake(Lane.Prepare);
        }
        await signals.WaitForReceiptsAsync(TimeSpan.FromDays(1), TestContext.Current.CancellationToken);
        var message = Assert.Single(await _rig.Record.MessagesAsync(null, submission.Id, 10, None));
        Assert.Equal((MessageStatus.Failed, Slow), (message.Status, message.Cause));
        Assert.Equal(3, renderer.Tries);
        await preparer.StopAsync(None);
    }

    [Fact]
    public async Task Retention_deletes_pages_that_nobody_used_and_what_a_crash_left_and_keeps_all_else()
    {
        var press = Press(new ScriptedRenderer(_ => new RenderResult.Rendered(1)));
        var ended = await AcceptAsync("ended");
        var unused = await PrepareAsync(press, ended);
        foreach (var message in await _rig.ClaimAsync(Lane.Fax))
            Assert.True(await _rig.Queue.EndAsync(message, MessageStatus.Cancelled, CallOutcome.Expired, "Cancelled.", StoreRig.Start, None));
        await _rig.Receipts.WrittenAsync(ended.Id, null, StoreRig.Start, None);
        var open = await PrepareAsync(press, await AcceptAsync("open"));
        string[] left = [Path.Combine(_directory, "x.in"), Path.Combine(_directory, "x.tif.1.tmp"), press.PathOf("abcdef")];
        Directory.CreateDirectory(Path.GetDirectoryName(left[2])!);
        foreach (var path in left)
        {
            await File.WriteAllTextAsync(path, "left", None);
            File.SetLastWriteTimeUtc(path, StoreRig.Start.AddDays(-2).UtcDateTime);
        }
        var running = Path.Combine(_directory, "y.in");
        await File.WriteAllTextAsync(running, "running", None);
        File.SetLastWriteTimeUtc(running, StoreRig.Start.UtcDateTime);

        using var keeper = new RetentionKeeper(_rig.Retention, press, _time, Options.Create(_options), NullLogger<RetentionKeeper>.Instance);
        await keeper.RoundAsync(None);
        Assert.All(left, path => Assert.False(File.Exists(path)));
        Assert.True(File.Exists(running));
        Assert.True(press.HasPages(unused));
        _time.Advance(TimeSpan.FromDays(31));
        await keeper.RoundAsync(None);
        Assert.False(press.HasPages(unused));
        Assert.False(await _rig.Retention.KnowsRenderingAsync(unused, None));
        Assert.True(press.HasPages(open));
        Assert.Equal("kept", Assert.Single(await Names(ended.Id)));
        _time.Advance(TimeSpan.FromDays(400));
        await keeper.RoundAsync(None);
        Assert.Empty(await Names(ended.Id));
        Assert.True(press.HasPages(open));
    }

    [Fact]
    public async Task Pages_are_not_discarded_while_they_are_being_made_and_are_made_anew_after()
    {
        using var go = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        var renderer = new ScriptedRenderer(_ =>
        {
            begun.TrySetResult();
            go.Wait(TestContext.Current.CancellationToken);
            return new RenderResult.Rendered(1);
        });
        var press = Press(renderer);
        var submission = await AcceptAsync();
        var making = Task.Run(() => MakeAsync(press, submission));
        await begun.Task;
        var key = Path.GetFileName(Directory.GetFiles(_directory, "*.in").Single()).Split('.')[0];
        Assert.False(await press.DiscardAsync(key, () => Task.FromResult(true)));
        go.Set();
        await making;
        Assert.True(press.HasPages(key));

        var forgetting = new TaskCompletionSource<bool>();
        var discarding = press.DiscardAsync(key, () => forgetting.Task);
        var again = MakeAsync(press, submission);
        Assert.False(again.IsCompleted);
        forgetting.SetResult(true);
        Assert.True(await discarding);
        Assert.Equal(new PressResult.Made(key, 1), await again);
        Assert.True(press.HasPages(key));
    }

    private DocumentPress Press(IFaxRenderer renderer) => new(renderer, _rig.Preparing, _time, Options.Create(_options));

    private static Task<PressResult> MakeAsync(DocumentPress press, NewSubmission submission) => press.MakeAsync(submission.Id, FaxResolution.Fine, None);

    private static NewFragment Fragment(string name) => new(name, "application/pdf", null, false, StoreRig.Content(name));

    private async Task<NewSubmission> AcceptAsync(string content = "Hello")
    {
        var submission = _rig.Submission("+12025550100");
        submission = submission with { Fragments = [submission.Fragments[0] with { Content = StoreRig.Content(content) }] };
        await _rig.Intake.AcceptAsync(submission, None);
        return submission;
    }

    private async Task<string> PrepareAsync(DocumentPress press, NewSubmission submission)
    {
        var made = Assert.IsType<PressResult.Made>(await MakeAsync(press, submission));
        var message = Assert.Single(await _rig.ClaimAsync(Lane.Prepare));
        Assert.Equal(PrepareResult.Prepared, (await _rig.Preparing.PreparedAsync(message, made.Key, made.Pages, Estimate.Free, None)).Result);
        return made.Key;
    }

    private async Task<IEnumerable<string>> Names(MessageId submission) =>
        (await _rig.Record.MessagesAsync(null, submission, 10, None)).Select(_ => "kept");
}
