using System.Runtime.CompilerServices;

namespace Trunkline.Unit.Tests.Mail.Smtp;

/// <summary>
/// Recorded dialogues, replayed against the server: "C: " is sent with CRLF, "R: " as it stands with its escapes, "S: " must begin the next line that comes,
/// "X" means that the server closes. Client lines in a row are sent at once.
/// </summary>
public sealed class SmtpDialogueTests
{
    public static TheoryData<string> Dialogues => [.. Directory.EnumerateFiles(Folder(), "*.txt").Select(path => Path.GetFileNameWithoutExtension(path)!).Order()];

    [Theory]
    [MemberData(nameof(Dialogues))]
    public async Task Dialogue_goes_as_recorded(string name)
    {
        await using var server = await TestSmtpServer.StartAsync(options => options with { MaxMessageBytes = 65536, MaxRecipients = 3 });
        await using var client = await server.ConnectAsync();
        var pending = "";
        var number = 0;
        foreach (var line in await File.ReadAllLinesAsync(Path.Combine(Folder(), name + ".txt")))
        {
            number++;
            if (line.Length == 0 || line[0] == '#')
                continue;
            if (line.StartsWith("C: ", StringComparison.Ordinal) || line == "C:")
            {
                pending += (line.Length > 3 ? line[3..] : "") + "\r\n";
                continue;
            }
            if (line.StartsWith("R: ", StringComparison.Ordinal))
            {
                pending += line[3..].Replace("\\r", "\r", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal)
                    .Replace("\\0", "\0", StringComparison.Ordinal);
                continue;
            }
            await client.SendRawAsync(pending);
            pending = "";
            var reply = await client.ReadLineAsync();
            if (line == "X")
                Assert.Null(reply);
            else
                Assert.True(reply?.StartsWith(line[3..], StringComparison.Ordinal) == true, $"{name}.txt line {number}: expected \"{line[3..]}\", got \"{reply}\"");
        }
        Assert.Equal("", pending);
    }

    private static string Folder([CallerFilePath] string path = "") => Path.Combine(Path.GetDirectoryName(path)!, "Dialogues");
}
