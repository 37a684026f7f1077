using Trunkline.Core;

namespace Trunkline.Gateway.Billing;

/// <summary>What an invoice is made of: a customer's charges and payments within a time.</summary>
/// <param name="Opening">The balance before it, with what was held then.</param>
/// <param name="Closing">The balance after it, with what was held then.</param>
public sealed record Statement(Money Opening, IReadOnlyList<StatementLine> Charges, IReadOnlyList<StatementPayment> Payments, Money Closing);

/// <summary>The charges of one type to one country.</summary>
/// <param name="Country">ISO 3166; empty for none.</param>
public sealed record StatementLine(MessageType Type, string Country, int Messages, long Pages, long Seconds, Money Total);

/// <summary>A payment.</summary>
public sealed record StatementPayment(DateTimeOffset At, LedgerKind Kind, Money Amount, string Reference, string Memo);
