using Trunkline.Core;
using Trunkline.Gateway.Billing;

namespace Trunkline.Unit.Tests.Gateway.Billing;

public sealed class LedgerTransactionTests
{
    [Fact]
    public void A_transaction_that_does_not_balance_cannot_be_made()
    {
        Assert.Throws<InvalidOperationException>(() => Of(("cash", -1, "USD"), ("customer:1", 2, "USD")));
        Assert.Throws<InvalidOperationException>(() => Of(("cash", -1, "USD"), ("customer:1", 1, "EUR")));
        Assert.Throws<InvalidOperationException>(() => Of(("cash", 0, "USD"), ("customer:1", 0, "USD")));
        Assert.Throws<InvalidOperationException>(() => Of());
    }

    [Fact]
    public void A_transaction_balances_in_each_currency() => Assert.Equal(4, Of(
        ("cash", -100, "EUR"), ("exchange:EUR", 100, "EUR"), ("exchange:USD", -108, "USD"), ("customer:1", 108, "USD")).Postings.Count);

    [Fact]
    public void A_kind_is_read_as_it_is_written() => Assert.All(Enum.GetValues<LedgerKind>(), kind =>
        Assert.True(LedgerKinds.TryParse(kind.Code(), out var read) && read == kind));

    private static LedgerTransaction Of(params (string Account, long Amount, string Currency)[] postings) =>
        new(LedgerKind.TopUp, "", [.. postings.Select(p => new Posting(p.Account, new Money(p.Amount, p.Currency)))]);
}
