using Trunkline.Core.Mail;
using Trunkline.Gateway.Intake;

namespace Trunkline.Unit.Tests.Gateway;

/// <summary>Nobody keeps a list.</summary>
internal sealed class NoLists : IListIntake
{
    public Task<IntakeVerdict> AcceptAsync(IntakeEnvelope envelope, RecipientAddress.ToList list, ParsedMail mail, long size, CancellationToken cancellationToken) =>
        Task.FromResult(IntakeVerdict.Refuse("5.1.1", $"No list {list.Name}."));
}
