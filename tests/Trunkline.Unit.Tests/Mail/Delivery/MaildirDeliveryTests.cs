using System.Text;
using Trunkline.Mail.Delivery;

namespace Trunkline.Unit.Tests.Mail.Delivery;

public sealed class MaildirDeliveryTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("trunkline-maildir-").FullName;

    private string Mailbox => Path.Combine(_root, "demo@localhost");

    [Fact]
    public async Task Mail_is_there_with_local_line_endings_and_its_return_path()
    {
        Assert.IsType<MailDeliveryResult.Delivered>(await DeliverAsync("d1", "Demo@LocalHost"));
        var path = Assert.Single(Directory.GetFiles(Path.Combine(Mailbox, "new")));
        Assert.Equal("Return-Path: <>\nSubject: x\n\nbody\n", await File.ReadAllTextAsync(path));
        Assert.Empty(Directory.GetFiles(Path.Combine(Mailbox, "tmp")));
    }

    [Fact]
    public async Task Second_delivery_of_an_id_changes_nothing_also_when_the_mail_was_read()
    {
        await DeliverAsync("d1");
        await DeliverAsync("d1");
        var path = Assert.Single(Directory.GetFiles(Path.Combine(Mailbox, "new")));
        File.Move(path, Path.Combine(Mailbox, "cur", Path.GetFileName(path) + ":2,S"));
        await DeliverAsync("d1");
        Assert.Empty(Directory.GetFiles(Path.Combine(Mailbox, "new")));
        await DeliverAsync("d2");
        Assert.Single(Directory.GetFiles(Path.Combine(Mailbox, "new")));
    }

    [Fact]
    public async Task What_a_crash_left_in_tmp_does_not_stand_in_the_way()
    {
        Directory.CreateDirectory(Path.Combine(Mailbox, "tmp"));
        await File.WriteAllTextAsync(Path.Combine(Mailbox, "tmp", MaildirDelivery.NameOf("d1")), "half");
        await DeliverAsync("d1");
        Assert.Single(Directory.GetFiles(Path.Combine(Mailbox, "new")));
    }

    [Theory]
    [InlineData("a@b.example", "a@b.example")]
    [InlineData("../../etc/x@localhost", "%2E.%2F..%2Fetc%2Fx@localhost")]
    [InlineData("FAX=+1@b", "fax=+1@b")]
    [InlineData("a\0@b", "a%00@b")]
    [InlineData("ä@b", "%C3%A4@b")]
    [InlineData("nobody", null)]
    [InlineData("@b", null)]
    public void Address_becomes_a_folder_that_leads_nowhere_else(string address, string? folder) => Assert.Equal(folder, MaildirDelivery.FolderOf(address));

    [Fact]
    public async Task Address_that_is_too_long_is_refused() =>
        Assert.IsType<MailDeliveryResult.Failed>(await DeliverAsync("d1", new string('a', 300) + "@localhost"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private ValueTask<MailDeliveryResult> DeliverAsync(string id, string recipient = "demo@localhost") =>
        new MaildirDelivery(_root).DeliverAsync(id, "", recipient, Encoding.ASCII.GetBytes("Subject: x\r\n\r\nbody\r\n"), default);
}
