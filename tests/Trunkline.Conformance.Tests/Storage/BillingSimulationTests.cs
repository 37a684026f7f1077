using CsCheck;
using Trunkline.Core;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Preparing;
using Trunkline.Gateway.Queue;
using Trunkline.Gateway.Settling;

namespace Trunkline.Conformance.Tests.Storage;

/// <summary>Whatever happens to messages in whatever order, the books balance, and each customer pays what it was sent, once.</summary>
public sealed class BillingSimulationTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task The_books_balance_after_any_life() => await Gen.Select(Gen.Int[0, 12], Gen.Int[0, 1000]).Array[40, 80].SampleAsync(async steps =>
    {
        await using var life = new Life(await BillingRig.CreateAsync(BillType.Prepaid, new CustomerLimits { DaySpend = BillingRig.Usd(3) }));
        foreach (var (what, how) in steps)
            await life.StepAsync(what, how);
        await life.AssertPaidForWhatWasSentAsync();
    }, iter: 25, threads: 1);

    private sealed class Life(BillingRig rig) : IAsyncDisposable
    {
        private readonly List<(QueuedMessage Message, int Number)> _open = [];
        private readonly List<QueuedMessage> _givenUp = [];
        private readonly List<QueuedMessage> _closed = [];
        private readonly Dictionary<MessageId, int> _delivered = [];
        private decimal _paid;
        private decimal _revenue;
        private decimal _owed;
        private int _numbers;

        public ValueTask DisposeAsync() => rig.DisposeAsync();

        public async Task StepAsync(int what, int how)
        {
            rig.Clock.Advance(TimeSpan.FromSeconds(how));
            await rig.Store.Queue.ReclaimAsync(rig.Clock.GetUtcNow(), ofThisNode: true, None);
            switch (what)
            {
                case 0:
                    await rig.PayAsync(how / 1000m + 0.01m);
                    _paid += how / 1000m + 0.01m;
                    break;
                case 1 or 2:
                    await rig.Store.Intake.AcceptAsync(rig.Store.Submission($"+1202555{++_numbers:0000}") with { ReceivedAt = rig.Clock.GetUtcNow() }, None);
                    break;
                case 3 or 4:
                    foreach (var pending in await rig.Store.ClaimAsync(Lane.Prepare, rig.Clock.GetUtcNow()))
                        await rig.PrepareAsync(pending, how % 5 + 1);
                    break;
                case 5 or 6:
                    await BeginAsync();
                    break;
                case 7 or 8 when _open.Count > 0:
                    await SettleAsync(Take(_open, how).Message, how);
                    break;
                case 9 when _open.Count > 0:
                    await GiveUpAsync(Take(_open, how).Message);
                    break;
                case 10 when _closed.Count > 0:
                    Assert.Equal(SettleResult.SettledBefore, await rig.SentAsync(_closed[how % _closed.Count].Attempt, 5, how));
                    break;
                case 10 when _givenUp.Count > 0:
                    await CorrectAsync(Take(_givenUp, how), how);
                    break;
                case 11 when how % 2 == 0:
                    await rig.Store.ReopenAsync();
                    break;
                case 11 when _open.Count > 0:
                    // A settlement that ends in a fault has not happened.
                    await Assert.ThrowsAsync<IOException>(() => rig.Store.Settling.SettleAsync(_open[0].Message.Attempt, 1, StoreRig.Report(CallOutcome.Delivered, 5),
                        rig.Clock.GetUtcNow(), _ => throw new IOException("died"), None));
                    break;
                case 12:
                    await rig.Store.Queue.ExpireAsync(rig.Clock.GetUtcNow(), 10, None);
                    foreach (var ready in (await rig.Store.ClaimAsync(Lane.Fax, rig.Clock.GetUtcNow())).Take(how % 2))
                        await rig.Store.Dispatch.UnprepareAsync(ready, None);
                    break;
            }
            await rig.AssertBooksAgreeAsync();
        }

        public async Task AssertPaidForWhatWasSentAsync()
        {
            var (customer, held, revenue, carrier) = await rig.StandAsync();
            Assert.Equal((_paid - _revenue, _revenue, _owed), (customer + held, revenue, carrier));
        }

        private async Task BeginAsync()
        {
            await rig.Store.Queue.PromoteAsync(rig.Clock.GetUtcNow(), 100, None);
            var ready = (await rig.Store.ClaimAsync(Lane.Fax, rig.Clock.GetUtcNow())).Select(m => m.Id).ToList();
            await rig.Store.Queue.ReclaimAsync(rig.Clock.GetUtcNow(), ofThisNode: true, None);
            if (ready.Count > 0)
            {
                var begun = await rig.AttemptAsync(ready[0]);
                _open.Add((begun, begun.AttemptCount));
            }
        }

        private async Task SettleAsync(QueuedMessage message, int how)
        {
            _closed.Add(message);
            switch (how % 3)
            {
                case 0:
                    Assert.Equal(SettleResult.Settled, await rig.SentAsync(message.Attempt, message.Pages, how));
                    Charge(message, how);
                    break;
                case 1:
                    Assert.Equal(SettleResult.Settled, await rig.FailedAsync(message.Attempt, message.PagesConfirmed, how));
                    break;
                default:
                    var pages = Math.Min(message.Pages - 1, message.PagesConfirmed + how % 3);
                    Assert.Equal(SettleResult.Settled, await rig.DeferredAsync(message.Attempt, pages, how));
                    if (pages > message.PagesConfirmed)
                        _delivered[message.Id] = _delivered.GetValueOrDefault(message.Id) + how;
                    break;
            }
            Owe(how);
        }

        private async Task GiveUpAsync(QueuedMessage message)
        {
            await rig.GiveUpAsync(message);
            _givenUp.Add(message);
        }

        private async Task CorrectAsync(QueuedMessage message, int how)
        {
            _closed.Add(message);
            if (how % 2 == 0)
            {
                Assert.Equal(SettleResult.Corrected, await rig.SentAsync(message.Attempt, message.Pages, how));
                Charge(message, how);
            }
            else
                Assert.Equal(SettleResult.Corrected, await rig.FailedAsync(message.Attempt, message.PagesConfirmed, how));
            Owe(how);
        }

        // Counted here by hand, not by the rate: 0.05 a page and 0.02 a minute begun.
        private void Charge(QueuedMessage message, int seconds) =>
            _revenue += message.Pages * 0.05m + Math.Ceiling((_delivered.GetValueOrDefault(message.Id) + seconds) / 60m) * 0.02m;

        private void Owe(int seconds) => _owed += 0.01m + seconds * 0.0001m;

        private static T Take<T>(List<T> list, int how)
        {
            var item = list[how % list.Count];
            list.Remove(item);
            return item;
        }
    }
}
