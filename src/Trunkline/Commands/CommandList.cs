using System.CommandLine;

namespace Trunkline.Commands;

/// <summary>Every command, in the order of the help.</summary>
internal static class CommandList
{
    public static readonly IReadOnlyList<Func<CommandFrame, Command>> All =
    [
        ServeCommand.Build,
        OnceCommand.Build,
        SendCommand.Build,
        QueueCommand.Build,
        CustomerCommand.Build,
        ResponseCommand.Build,
        ResourceCommand.Build,
        BillingCommand.Build,
        WebhookCommand.Build,
        DoctorCommand.Build,
        CompletionCommand.Build,
    ];
}
