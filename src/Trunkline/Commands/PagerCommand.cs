using System.CommandLine;
using System.Text.Json;
using Trunkline.Gateway.Filter;
using Trunkline.Gateway.Text;

namespace Trunkline.Commands;

/// <summary>The pagers of a customer.</summary>
internal static class PagerCommand
{
    public static Command Build(CommandFrame frame)
    {
        var customer = new Option<string?>("--customer") { Description = "Whose: its address", HelpName = "ADDRESS", Recursive = true };
        var command = new Command("pager", "Pagers of a customer") { List(frame, customer), Save(frame, customer), Remove(frame, customer) };
        command.Options.Add(customer);
        return command;
    }

    private static Command List(CommandFrame frame, Option<string?> customer)
    {
        var list = new Command("list", "Show the pagers");
        frame.Ask(list, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.GetAsync("/v1/pagers" + FilterCommand.Query(parsed.GetValue(customer)), cancellationToken), answer => Print(Rows.Items(answer)));
            return ExitCode.Well;
        });
        return list;
    }

    private static Command Save(CommandFrame frame, Option<string?> customer)
    {
        var name = new Argument<string>("name") { Description = "The customer's own name for it" };
        var type = new Option<PagerType>("--type") { Description = "tap, dtmf, snpp or smpp", Required = true };
        var number = new Option<string>("--number") { Description = "The unit", Required = true };
        var bbs = new Option<string?>("--bbs") { Description = "tap: the modem of the paging terminal" };
        var pin = new Option<string?>("--pin") { Description = "For terminals that ask for one" };
        var display = new Option<PagerDisplay?>("--display") { Description = "numeric or alphanumeric" };
        var length = new Option<int?>("--length") { Description = "Characters that it shows" };
        var fold = new Option<PageFold?>("--fold") { Description = "What its network carries: none, gsm or ascii" };
        var template = new Option<string?>("--template") { Description = "What is said, such as \"{{from}}: {{subject}}\"" };
        var code = new Option<string?>("--code") { Description = "numeric: shown when the mail has no number" };
        var save = new Command("set", "Add a pager, or change the one of this name") { name, type, number, bbs, pin, display, length, fold, template, code };
        frame.Ask(save, async (parsed, session, cancellationToken) =>
        {
            var body = new
            {
                Type = parsed.GetValue(type),
                Number = parsed.GetValue(number),
                Bbs = parsed.GetValue(bbs),
                Pin = parsed.GetValue(pin),
                Display = parsed.GetValue(display),
                MaxLength = parsed.GetValue(length),
                Fold = parsed.GetValue(fold),
                Template = parsed.GetValue(template),
                Code = parsed.GetValue(code),
                Customer = parsed.GetValue(customer),
            };
            session.Show(await session.PutAsync("/v1/pagers/" + Uri.EscapeDataString(parsed.GetValue(name)!), body, cancellationToken), answer => Print([answer]));
            return ExitCode.Well;
        });
        return save;
    }

    private static Command Remove(CommandFrame frame, Option<string?> customer)
    {
        var name = new Argument<string>("name") { Description = "The customer's own name for it" };
        var remove = new Command("remove", "Remove a pager that no rule names") { name };
        frame.Ask(remove, async (parsed, session, cancellationToken) =>
        {
            var path = "/v1/pagers/" + Uri.EscapeDataString(parsed.GetValue(name)!) + FilterCommand.Query(parsed.GetValue(customer));
            session.Show(await session.DeleteAsync(path, cancellationToken), _ => Console.WriteLine("Removed."));
            return ExitCode.Well;
        });
        return remove;
    }

    private static void Print(IEnumerable<JsonElement> pagers) => Rows.Print(
        pagers.Select(p => (IReadOnlyList<string>)
            [Rows.Text(p, "name"), Rows.Text(p, "type"), Rows.Text(p, "bbs"), Rows.Text(p, "number"), Rows.Text(p, "display"), Rows.Text(p, "maxLength"), Rows.Text(p, "fold"), Rows.Text(p, "template")]),
        "name", "type", "terminal", "unit", "shows", "length", "fold", "template");
}
