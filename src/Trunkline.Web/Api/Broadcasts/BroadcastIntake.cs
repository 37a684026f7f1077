using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Trunkline.Gateway.Broadcasts;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;
using Trunkline.Web.Api.Messages;

namespace Trunkline.Web.Api.Broadcasts;

/// <summary>
/// Gives orders to the desk, those with an <c>Idempotency-Key</c> once: the answer is kept in the transaction that accepts the broadcast, so that an order
/// that comes again finds either nothing of itself or all of it.
/// </summary>
internal sealed class BroadcastIntake(BroadcastDesk desk, IRequestClaims claims, RequestTurns turns, CustomerDirectory customers, ApiOptions limits, TimeProvider time)
{
    public async Task<IResult> AcceptAsync(HttpContext context, Sender sender, BroadcastOrder order, string? key, CancellationToken cancellationToken)
    {
        if (key is null)
            return await OrderAsync(sender, order, cancellationToken);
        var customer = sender.Customer.Key;
        using var turn = turns.TryEnter(customer, key);
        if (turn is null)
            return IdempotencyKey.Running();
        var fingerprint = BroadcastForm.Fingerprint(order);
        if (await claims.FindAsync(customer, key, time.GetUtcNow(), cancellationToken) is { } claim)
            return IdempotencyKey.Replay(context, claim, fingerprint);
        return await OrderAsync(sender, order with
        {
            Claim = b => new RequestClaim(customer, key, fingerprint, Answer(b), time.GetUtcNow() + limits.ClaimsKept),
        }, cancellationToken);
    }

    private async Task<IResult> OrderAsync(Sender sender, BroadcastOrder order, CancellationToken cancellationToken) =>
        await desk.OrderAsync(sender, order, cancellationToken) switch
        {
            BroadcastAnswer.Accepted { Broadcast: var accepted } => Results.Text(Answer(accepted), "application/json", Encoding.UTF8, StatusCodes.Status202Accepted),
            BroadcastAnswer.Refused refused => ApiProblem.Refused(refused.Field, refused.Reason),
            _ => throw new InvalidOperationException("An order was answered in a way that is not known."),
        };

    private string Answer(Broadcast broadcast) => JsonSerializer.Serialize(BroadcastView.OfNew(broadcast, customers, time), ApiJson.Options);
}
