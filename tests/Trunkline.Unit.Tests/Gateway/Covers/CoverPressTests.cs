using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Trunkline.Core;
using Trunkline.Gateway.Covers;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;

namespace Trunkline.Unit.Tests.Gateway.Covers;

public class CoverPressTests : IAsyncLifetime
{
    private const string Template = "{{to.name}}/{{to.company}}/{{to.number}}/{{from.email}}/{{date}}/{{pages}}/{{subject}}/{{comments}}/{{reference}}/{{urgent}}";
    private readonly GatewayRig _rig = new();
    private Preparer? _preparer;

    public async ValueTask InitializeAsync() => await _rig.CoverRows.AddAsync(new StoredCover(77, 1, "ours", Template, null), _rig.Clock.GetUtcNow(), default);

    public async ValueTask DisposeAsync()
    {
        if (_preparer is not null)
        {
            await _preparer.StopAsync(CancellationToken.None);
            _preparer.Dispose();
        }
        await _rig.DisposeAsync();
    }

    [Fact]
    public async Task A_cover_counts_as_a_page_and_says_so()
    {
        var submission = await SubmitAsync(new CoverFields { ToName = "Ms. <Smith>", Reference = "R-1", IsUrgent = true }, "+12025550101");
        await PrepareAsync(submission);
        var ready = Assert.Single(await _rig.Queue.ClaimAsync(Lane.Fax, _rig.Clock.GetUtcNow(), TimeSpan.FromMinutes(1), 10, default));
        Assert.Equal(2, ready.Pages);
        Assert.True(_rig.Press.HasPages(ready.CoverKey!));
        Assert.NotEqual(ready.CoverKey, ready.DocumentKey);
        Assert.Equal("Ms. &lt;Smith&gt;//+12025550101/alice@example.org/23 November 2026/2/Hello//R-1/Urgent", Assert.Single(_rig.Pages.Sheets));
    }

    [Fact]
    public async Task Covers_of_one_submission_are_made_in_one_run_and_the_document_once()
    {
        var numbers = Enumerable.Range(0, 40).Select(i => $"+120255501{i:00}").ToArray();
        var submission = await SubmitAsync(CoverFields.None, numbers);
        await PrepareAsync(submission);
        var ready = await _rig.Queue.ClaimAsync(Lane.Fax, _rig.Clock.GetUtcNow(), TimeSpan.FromMinutes(1), 100, default);
        Assert.Equal(40, ready.Count);
        Assert.Single(ready.Select(r => r.DocumentKey).Distinct());
        Assert.Equal(40, ready.Select(r => r.CoverKey).Distinct().Count());
        Assert.Equal(1, _rig.Pages.Documents);
        Assert.Equal(40, _rig.Pages.Sheets.Count);
        // Two, when the second worker was faster at its message than the first at its own.
        Assert.InRange(_rig.Pages.SheetRuns, 1, 2);
    }

    [Fact]
    public async Task A_cover_whose_file_is_gone_is_made_anew()
    {
        var submission = await SubmitAsync(CoverFields.None, "+12025550101");
        await PrepareAsync(submission);
        var ready = Assert.Single(await _rig.Queue.ClaimAsync(Lane.Fax, _rig.Clock.GetUtcNow(), TimeSpan.FromMinutes(1), 10, default));
        File.Delete(_rig.Press.PathOf(ready.CoverKey!));
        await _rig.Dispatch.UnprepareAsync(ready, default);
        await _rig.UntilStatusAsync(ready.Id, MessageStatus.Ready);
        Assert.True(_rig.Press.HasPages(ready.CoverKey!));
        Assert.Equal(2, _rig.Pages.SheetRuns);
    }

    [Fact]
    public async Task Comments_that_are_too_long_are_cut_and_the_cover_says_so()
    {
        var submission = await SubmitAsync(new CoverFields { Comments = string.Concat(Enumerable.Repeat("word ", 1000)) }, "+12025550101");
        await PrepareAsync(submission);
        var cover = Assert.Single(_rig.Pages.Sheets);
        Assert.Contains("longer than fits here", cover, StringComparison.Ordinal);
        Assert.InRange(cover.Length, CoverFields.MaxCommentsLength, CoverFields.MaxCommentsLength + 300);
    }

    private async Task<NewSubmission> SubmitAsync(CoverFields fields, params string[] numbers)
    {
        var submission = _rig.Submission(numbers);
        submission = submission with { Messages = [.. submission.Messages.Select(m => m with { Cover = 77, CoverFields = fields })] };
        await _rig.Intake.AcceptAsync(submission, CancellationToken.None);
        return submission;
    }

    private async Task PrepareAsync(NewSubmission submission)
    {
        _preparer = new Preparer(_rig.Queue, _rig.Preparing, _rig.Press, _rig.Covers, _rig.Billing, _rig.Customers, _rig.Gate,
            new UnpagedPress(_rig.Preparing, Options.Create(_rig.Options)), _rig.Signals, _rig.Loops, _rig.Clock, Options.Create(_rig.Options),
            NullLogger<Preparer>.Instance);
        await _preparer.StartAsync(CancellationToken.None);
        foreach (var message in submission.Messages)
            await _rig.UntilStatusAsync(message.Id, MessageStatus.Ready);
    }
}
