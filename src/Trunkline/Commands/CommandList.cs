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
        FileTypeCommand.Build,
        FilterCommand.Build,
        PagerCommand.Build,
        ResourceCommand.Build,
        WebhookCommand.Build,
        RatesCommand.Build,
        BillingCommand.Build,
        BroadcastCommand.Build,
        CoverCommand.Build,
        DoctorCommand.Build,
        CompletionCommand.Build,
    ];
}
