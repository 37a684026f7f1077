using Trunkline.Core;

namespace Trunkline.Gateway.Billing;

/// <summary>One line: what an account gains, or loses when it is below zero.</summary>
public readonly record struct Posting(string Account, Money Amount);

/// <summary>A transaction of the ledger, which sums to zero in each currency.</summary>
public sealed class LedgerTransaction
{
    /// <summary>Throws when the postings do not sum to zero in each currency: that is a defect, and nothing may be written.</summary>
    public LedgerTransaction(LedgerKind kind, string memo, params IReadOnlyList<Posting> postings)
    {
        Kind = kind;
        Memo = memo;
        Postings = postings;
        for (var i = 0; i < postings.Count; i++)
        {
            long sum = 0;
            foreach (var posting in postings)
            {
                if (posting.Amount.Currency == postings[i].Amount.Currency)
                    sum = checked(sum + posting.Amount.MicroUnits);
            }
            if (sum != 0 || postings[i].Amount.IsZero)
                throw new InvalidOperationException($"A transaction of kind {kind} does not balance: {string.Join(", ", postings)}.");
        }
        if (postings.Count < 2)
            throw new InvalidOperationException($"A transaction of kind {kind} has no two sides.");
    }

    public LedgerKind Kind { get; }

    /// <summary>For people.</summary>
    public string Memo { get; }

    public IReadOnlyList<Posting> Postings { get; }

    /// <summary>The message that it is about; with kind and <see cref="Attempt"/> it is booked once, ever.</summary>
    public MessageId? Message { get; init; }

    /// <summary>The attempt, or which reservation of the message.</summary>
    public int Attempt { get; init; }

    /// <summary>Of a payment: the operator's own mark, under which it is booked once, ever.</summary>
    public string? Reference { get; init; }
}
