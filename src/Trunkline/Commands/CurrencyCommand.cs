using System.CommandLine;

namespace Trunkline.Commands;

/// <summary><c>billing currency</c>: list, set, remove.</summary>
internal static class CurrencyCommand
{
    private const string Path = "/v1/billing/currencies";

    public static Command Build(CommandFrame frame)
    {
        var command = new Command("currency", "Currencies, and how amounts in them are written");
        var list = new Command("list", "All of them");
        frame.Ask(list, async (_, session, cancellationToken) =>
        {
            session.Show(await session.GetAsync(Path, cancellationToken), page => Rows.Print(
                Rows.Items(page).Select(r => (IReadOnlyList<string>)[Rows.Text(r, "code"), Rows.Text(r, "label"), Rows.Text(r, "symbol"), Rows.Text(r, "decimals")]),
                "code", "label", "symbol", "decimals"));
            return ExitCode.Well;
        });
        var code = Code();
        var label = new Argument<string>("label") { Description = "Its name in English" };
        var symbol = new Argument<string>("symbol") { Description = "Before or after an amount; the code where there is none" };
        var decimals = new Argument<int>("decimals") { Description = "Of an amount that is paid: 2 for cents" };
        var set = new Command("set", "Add a currency, or write it another way") { code, label, symbol, decimals };
        frame.Ask(set, async (parsed, session, cancellationToken) =>
        {
            var body = new Web.Api.CurrencyBody(parsed.GetValue(label)!, parsed.GetValue(symbol)!, parsed.GetValue(decimals));
            session.Show(await session.PutAsync(PathOf(parsed.GetValue(code)!), body, cancellationToken), r => Console.WriteLine($"{Rows.Text(r, "code")} is {Rows.Text(r, "label")}."));
            return ExitCode.Well;
        });
        var gone = Code();
        var remove = new Command("remove", "Remove one that no customer pays in") { gone };
        frame.Ask(remove, async (parsed, session, cancellationToken) =>
        {
            session.Show(await session.DeleteAsync(PathOf(parsed.GetValue(gone)!), cancellationToken), _ => Console.WriteLine($"{parsed.GetValue(gone)} is removed."));
            return ExitCode.Well;
        });
        command.Subcommands.Add(list);
        command.Subcommands.Add(set);
        command.Subcommands.Add(remove);
        return command;
    }

    private static Argument<string> Code() => new("code") { Description = "ISO 4217" };

    private static string PathOf(string code) => $"{Path}/{Uri.EscapeDataString(code)}";
}
