using System.IO.Pipelines;
using Trunkline.Core.Calls;
using Trunkline.Core.Protocol;
using Trunkline.Resource.Fax;

namespace Trunkline.Resource.Exchange;

/// <summary>Gives a router the record of a call: it asks with the fields of an enquiry, and gets the file.</summary>
internal sealed class CallRecordDesk(PasswordFile passwords, CallRecordShelf shelf)
{
    public async Task<ExchangeAnswer> HandleAsync(PipeReader body, CancellationToken cancellationToken)
    {
        var bytes = await ExchangeHandler.ReadHeadAsync(body, cancellationToken);
        if (bytes is null)
            return ExchangeAnswer.Refuse(400, $"The fields are longer than {ResourceMessageFormat.MaxHeadLength} bytes.");
        if (!ResourceMessageFormat.TryRead(bytes, out var head, out var error))
            return ExchangeAnswer.Refuse(400, error);
        if (passwords.RouterOf(head.Password) is null)
            return ExchangeAnswer.Refuse(401, "The password is not one of this resource's routers.");
        // A file is named by it.
        if (head.MessageId is not { } id || !MessageIds.IsValid(id))
            return ExchangeAnswer.Refuse(400, "MessageID names the attempt: letters, digits, dots and dashes.");
        return await shelf.FindAsync(id, cancellationToken) is { } record
            ? ExchangeAnswer.OfRecord(record)
            : ExchangeAnswer.Refuse(404, $"No record of {id} is kept here.");
    }
}
