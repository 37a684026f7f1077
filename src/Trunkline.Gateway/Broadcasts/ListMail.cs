using Trunkline.Core;
using Trunkline.Core.Mail;
using Trunkline.Gateway.Customers;
using Trunkline.Gateway.Intake;
using Trunkline.Gateway.Queue;

namespace Trunkline.Gateway.Broadcasts;

/// <summary>
/// A mail to <c>list-NAME@fax.domain</c>: its documents go to every number of the list, with what its address, subject and headers ask for. Read like
/// a mail to one number of the list, so that what is refused there is refused here.
/// </summary>
public sealed class ListMail(IBroadcastListStore lists, MailSplitter splitter, BroadcastDesk desk, TimeProvider time) : IListIntake
{
    /// <inheritdoc />
    public async Task<IntakeVerdict> AcceptAsync(
        IntakeEnvelope envelope, RecipientAddress.ToList list, ParsedMail mail, long size, CancellationToken cancellationToken)
    {
        var sender = envelope.From!;
        if (await lists.FindAsync(sender.Customer.Key, list.Name, cancellationToken) is not { } found
            || await lists.RowsAsync(found.Id, -1, 1, cancellationToken) is not [var first])
            return IntakeVerdict.Refuse("5.1.1", $"{sender.EmailAddress} keeps no list \"{list.Name}\".");
        var recipient = new RecipientAddress.ToNumber(MessageType.Fax, first.Number, list.Options);
        switch (await splitter.SplitAsync(sender, [(envelope.Recipients[0].Address, recipient)], mail, cancellationToken))
        {
            case SplitResult.Refused refused:
                envelope.Judged = refused.Part;
                return IntakeVerdict.Refuse(refused.EnhancedCode, refused.Reason);
            case SplitResult.Split { Messages: [var asked] } split:
                return await OrderAsync(envelope, sender, found, split, asked, mail, size, cancellationToken);
            default:
                return IntakeVerdict.Refuse("5.6.1", "Only a fax can go to a list.");
        }
    }

    private async Task<IntakeVerdict> OrderAsync(IntakeEnvelope envelope, Sender sender, BroadcastList list, SplitResult.Split split, NewMessage asked, ParsedMail mail,
        long size, CancellationToken cancellationToken)
    {
        var answer = await desk.OrderAsync(sender, new BroadcastOrder
        {
            ListName = list.Name,
            CoverId = asked.Cover,
            CoverFields = asked.CoverFields ?? new(),
            // A mail that says nothing of its priority goes as broadcasts do.
            Priority = asked.Priority == Priority.Medium ? Priority.Low : asked.Priority,
            Resolution = asked.Resolution,
            At = asked.NotBefore,
            Expiry = asked.ExpiryDuration,
            Document = NewSubmission.Of(envelope, mail, split, size, time.GetUtcNow()) with { CustomerKey = sender.Customer.Key },
        }, cancellationToken);
        return answer switch
        {
            BroadcastAnswer.Accepted { Broadcast: var broadcast } => IntakeVerdict.Accept("2.0.0",
                $"Accepted as {broadcast.Id}: a broadcast to {broadcast.Numbers} numbers. A summary follows by mail."),
            BroadcastAnswer.Refused { Reason: var reason } => IntakeVerdict.Refuse("5.7.1", reason),
            _ => throw new InvalidOperationException("An order was answered in a way that is not known."),
        };
    }
}
