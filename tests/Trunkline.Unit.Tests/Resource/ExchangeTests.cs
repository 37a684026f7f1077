using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MimeKit;
using Trunkline.Core;
using Trunkline.Core.Protocol;
using Trunkline.Resource;
using Trunkline.Resource.Exchange;

namespace Trunkline.Unit.Tests.Resource;

public sealed class ExchangeTests
{
    [Fact]
    public async Task Delivery_is_acknowledged_called_and_receipted_with_a_report()
    {
        var trunk = new FakeTrunk();
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router);

        var (code, _, answer) = await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        Assert.Equal(200, code);
        Assert.Equal("M-1", answer!.MessageId);
        Assert.Equal(MessageStatus.Acknowledged, answer.MessageStatus);
        Assert.Equal(ResourceRig.OwnPassword, answer.Password);
        Assert.Equal("R1", answer.ResourceId);
        Assert.True(answer.IsResourceActive);
        Assert.NotNull(answer.ResourceLastCommTimeStamp);
        Assert.NotNull(answer.ResourceQueueInStatus);
        Assert.NotNull(answer.ResourceQueueOutStatus);
        Assert.Equal(4, answer.ResourceChannelMax);
        Assert.Equal(4, answer.ResourceChannelStatus!.Length);
        Assert.Equal("+12025550100", answer.MessageDestination);
        Assert.Equal("+1 202 555 0190", answer.MessageSourceCsid);
        Assert.False(answer.IsAttached);

        var receipt = await router.NextReceiptAsync();
        Assert.Equal(ResourceRig.OwnPassword, receipt.Password);
        Assert.Equal("M-1", receipt.MessageId);
        Assert.Equal(MessageStatus.Sent, receipt.MessageStatus);
        Assert.NotNull(receipt.MessageSentTimeStamp);
        Assert.Equal(TimeSpan.FromSeconds(42), receipt.MessageDuration);
        Assert.Equal(3, receipt.MessageLength);
        Assert.Equal("+1 202 555 0100", receipt.MessageRemoteCsid);
        Assert.Equal(4, receipt.ResourceChannelMax);

        using var stream = new MemoryStream(receipt.Message.ToArray());
        var report = Assert.IsType<MultipartReport>((await MimeMessage.LoadAsync(stream)).Body);
        Assert.Equal("delivery-status", report.ReportType);
        Assert.Equal(receipt.MessageBoundary, report.Boundary);
        Assert.Contains("200 OK", Assert.IsType<TextPart>(report[0]).Text, StringComparison.Ordinal);
        var fields = Assert.IsType<MessageDeliveryStatus>(report[1]).StatusGroups[1];
        Assert.Equal("delivered", fields["Action"]);
        Assert.Equal("delivered", fields[MessageHeaders.Outcome]);
        Assert.Equal("3", fields[MessageHeaders.PagesConfirmed]);
        Assert.Equal("true", fields[MessageHeaders.CallPlaced]);
        Assert.Equal("T.38 14400 bit/s ECM", fields[MessageHeaders.Transport]);
        Assert.Equal("image/png", report[2].ContentType.MimeType);

        var call = Assert.Single(trunk.Calls);
        Assert.Equal(("M-1", 1, 3, "+1 202 555 0190", "From Trunkline"), (call.CallId, call.FirstPage, call.Pages, call.LocalIdent, call.HeaderLine));
    }

    [Fact]
    public async Task Receipt_says_when_the_called_side_would_be_called_again()
    {
        var trunk = new FakeTrunk
        {
            FarEnd = async (_, observer, cancellationToken) =>
                await FakeTrunk.Ends(CallOutcome.Busy, observer, cancellationToken) with { RetryAfter = TimeSpan.FromSeconds(90) },
        };
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router);
        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        using var stream = new MemoryStream((await router.NextReceiptAsync()).Message.ToArray());
        var report = Assert.IsType<MultipartReport>((await MimeMessage.LoadAsync(stream)).Body);
        Assert.Equal("90", Assert.IsType<MessageDeliveryStatus>(report[1]).StatusGroups[1][MessageHeaders.RetryAfter]);
    }

    [Fact]
    public async Task Repeated_delivery_is_answered_with_its_present_status_and_calls_once()
    {
        var trunk = new FakeTrunk();
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(trunk, router);

        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        await router.NextReceiptAsync();
        await rig.UntilForgottenAsync();
        var (code, _, answer) = await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));

        Assert.Equal(200, code);
        Assert.Equal(MessageStatus.Sent, answer!.MessageStatus);
        Assert.Single(trunk.Calls);
        Assert.False(router.HasMoreReceipts);
    }

    [Fact]
    public async Task Late_duplicate_is_still_known_after_a_restart()
    {
        var trunk = new FakeTrunk();
        await using var router = await FakeRouter.StartAsync();
        var directory = ResourceRig.NewDirectory();
        await using (var rig = await ResourceRig.StartAsync(trunk, router, directory))
        {
            await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
            await router.NextReceiptAsync();
            await rig.UntilForgottenAsync();
        }
        await using var again = await ResourceRig.StartAsync(trunk, router, directory);
        Assert.Equal(MessageStatus.Sent, (await again.ExchangeAsync(ResourceRig.Delivery("M-1"))).Message!.MessageStatus);
        Assert.Equal(MessageStatus.Sent, (await again.ExchangeAsync(ResourceRig.Enquiry("M-1"))).Message!.MessageStatus);
        Assert.Single(trunk.Calls);
    }

    [Fact]
    public async Task Enquiry_tells_the_state_and_nothing_of_a_message_never_seen()
    {
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(new FakeTrunk(), router);

        var unknown = (await rig.ExchangeAsync(ResourceRig.Enquiry("M-404"))).Message!;
        Assert.Equal("M-404", unknown.MessageId);
        Assert.Null(unknown.MessageStatus);
        var state = (await rig.ExchangeAsync(ResourceRig.Enquiry(null))).Message!;
        Assert.Null(state.MessageId);
        Assert.Equal("0000", state.ResourceChannelStatus);
        Assert.True(state.IsResourceActive);
    }

    [Fact]
    public async Task Every_refusal_has_its_code_and_one_line()
    {
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(new FakeTrunk(), router, change: o => o with { MaxMessageBytes = 2000 });
        var good = ResourceRig.Delivery("M-1");

        await Refused(401, good with { Password = "wrong" });
        await Refused(401, good with { Password = null });
        await Refused(400, good with { ResourceId = "R2" });
        await Refused(400, good with { MessageId = null });
        await Refused(400, good with { MessageId = "../../etc/passwd" });
        await Refused(400, good with { MessageDestination = "not a number" });
        await Refused(400, good with { MessageStatus = MessageStatus.Pending });
        await Refused(413, good with { Message = new byte[2001] });
        Assert.Equal(400, (await rig.ExchangeAsync("Hello\n"u8.ToArray())).Code);
        Assert.Equal(400, (await rig.ExchangeAsync(new byte[100_000])).Code);
        rig.Server.Mode = ResourceMode.Draining;
        await Refused(503, good);
        Assert.False((await rig.ExchangeAsync(ResourceRig.Enquiry(null))).Message!.IsResourceActive);
        Assert.Empty(Directory.GetFiles(Path.Combine(rig.Directory, "Inbox")));
        Assert.Empty(Directory.GetFiles(Path.Combine(rig.Directory, "tmp")));

        async Task Refused(int code, ResourceMessage message)
        {
            var answer = await rig.ExchangeAsync(message);
            Assert.Equal(code, answer.Code);
            Assert.Null(answer.Message);
            Assert.Equal(answer.Text.Length - 1, answer.Text.IndexOf('\n', StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Full_inbox_refuses_with_503_but_still_knows_what_it_has()
    {
        await using var router = await FakeRouter.StartAsync();
        var held = new TaskCompletionSource();
        // The one channel is held, so that what follows waits.
        var trunk = new FakeTrunk { MaxChannels = 1, FarEnd = async (c, o, t) => { await held.Task.WaitAsync(t); return await FakeTrunk.TakesEveryPage(c, o, t); } };
        await using var busy = await ResourceRig.StartAsync(trunk, router, change: o => o with { InboxLimit = 2 });
        await busy.ExchangeAsync(ResourceRig.Delivery("M-0"));
        await Patience.UntilAsync(() => busy.Server.Snapshot().Process > 0);
        await busy.ExchangeAsync(ResourceRig.Delivery("M-1"));
        await busy.ExchangeAsync(ResourceRig.Delivery("M-2"));
        Assert.Equal(503, (await busy.ExchangeAsync(ResourceRig.Delivery("M-3"))).Code);
        var known = await busy.ExchangeAsync(ResourceRig.Delivery("M-2"));
        Assert.Equal(200, known.Code);
        Assert.Equal(2, known.Message!.ResourceQueueInStatus);
        Assert.Equal("1", known.Message.ResourceChannelStatus);
        held.SetResult();
        for (var i = 0; i < 3; i++)
            await router.NextReceiptAsync();
    }

    [Fact]
    public async Task Password_file_is_read_again_when_it_changes_and_is_for_the_owner_only()
    {
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(new FakeTrunk(), router);
        var path = Path.Combine(rig.Directory, "jfaxom", "password");
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
            Assert.Equal(
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(rig.Directory, "Inbox")));
        }

        Assert.Equal(401, (await rig.ExchangeAsync(ResourceRig.Enquiry(null) with { Password = "second-password" })).Code);
        await File.AppendAllTextAsync(path, "second-password\n");
        Assert.Equal(200, (await rig.ExchangeAsync(ResourceRig.Enquiry(null) with { Password = "second-password" })).Code);
        Assert.Equal(401, (await rig.ExchangeAsync(ResourceRig.Enquiry(null) with { Password = "# routers" })).Code);
    }

    [Fact]
    public async Task Router_is_let_in_and_given_another_password_while_the_resource_runs()
    {
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(new FakeTrunk(), router);
        RouterPasswords.Set(rig.Directory, "second", "one");
        Assert.Equal(200, (await rig.ExchangeAsync(ResourceRig.Enquiry(null) with { Password = "one" })).Code);
        RouterPasswords.Set(rig.Directory, "second", "another");
        Assert.Equal(401, (await rig.ExchangeAsync(ResourceRig.Enquiry(null) with { Password = "one" })).Code);
        Assert.Equal(200, (await rig.ExchangeAsync(ResourceRig.Enquiry(null) with { Password = "another" })).Code);
        Assert.Equal(200, (await rig.ExchangeAsync(ResourceRig.Enquiry(null))).Code);
        Assert.Throws<ArgumentException>(() => RouterPasswords.Set(rig.Directory, "third", "two words"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(rig.Directory, "jfaxom", "password")));
    }

    [Fact]
    public async Task Delivery_that_breaks_off_leaves_nothing_and_can_be_sent_again()
    {
        await using var router = await FakeRouter.StartAsync();
        await using var rig = await ResourceRig.StartAsync(new FakeTrunk(), router);
        using (await rig.BeginDeliveryAsync("M-1"))
        {
            Assert.Equal(409, (await rig.ExchangeAsync(ResourceRig.Delivery("M-1"))).Code);
            var enquiry = await rig.ExchangeAsync(ResourceRig.Enquiry("M-1"));
            Assert.Equal(409, enquiry.Code);
            Assert.Null(enquiry.Message);
        }
        int code;
        do
            code = (await rig.ExchangeAsync(ResourceRig.Delivery("M-1"))).Code;
        while (code == 409);
        Assert.Equal(200, code);
        Assert.Equal(MessageStatus.Sent, (await router.NextReceiptAsync()).MessageStatus);
        Assert.Empty(Directory.GetFiles(Path.Combine(rig.Directory, "tmp")));
    }

    [Fact]
    public async Task Resource_with_too_many_receipts_takes_no_more_messages()
    {
        await using var router = await FakeRouter.StartAsync();
        router.Answer = _ => (500, "no\n"u8.ToArray());
        await using var rig = await ResourceRig.StartAsync(new FakeTrunk(), router, change: o => o with { OutboxLimit = 1 });
        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        await Patience.UntilAsync(() => rig.Server.Snapshot().Outbox > 0);
        Assert.Equal(503, (await rig.ExchangeAsync(ResourceRig.Delivery("M-2"))).Code);
    }

    [Fact]
    public async Task Router_password_is_not_written_to_the_spool()
    {
        await using var router = await FakeRouter.StartAsync();
        var held = new TaskCompletionSource();
        var trunk = new FakeTrunk { FarEnd = async (c, o, t) => { await held.Task.WaitAsync(t); return await FakeTrunk.TakesEveryPage(c, o, t); } };
        await using var rig = await ResourceRig.StartAsync(trunk, router);
        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        await Patience.UntilAsync(() => rig.Server.Snapshot().Process > 0);
        var text = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(rig.Directory, "Process"), "*.msg")));
        Assert.StartsWith("Password=NA\n", text, StringComparison.Ordinal);
        held.SetResult();
        await router.NextReceiptAsync();
    }

    [Fact]
    public async Task Both_directions_run_over_https_with_a_pinned_certificate()
    {
        using var certificate = SelfSigned();
        await using var router = await FakeRouter.StartAsync(certificate);
        var pin = certificate.GetCertHashString(HashAlgorithmName.SHA256);
        await using var rig = await ResourceRig.StartAsync(
            new FakeTrunk(), router, change: o => o with { RouterCertificateSha256 = pin }, certificate: certificate);
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString(HashAlgorithmName.SHA256) == pin;
        using var client = new HttpClient(handler);

        Assert.Equal("https", rig.Address.Scheme);
        Assert.Equal(200, (await rig.ExchangeAsync(ResourceMessageFormat.Write(ResourceRig.Delivery("M-1")), client)).Code);
        Assert.Equal(MessageStatus.Sent, (await router.NextReceiptAsync()).MessageStatus);
    }

    [Fact]
    public async Task Router_with_another_certificate_never_gets_the_receipt()
    {
        using var certificate = SelfSigned();
        using var other = SelfSigned();
        await using var router = await FakeRouter.StartAsync(other);
        var trunk = new FakeTrunk();
        await using var rig = await ResourceRig.StartAsync(
            trunk, router, change: o => o with { RouterCertificateSha256 = certificate.GetCertHashString(HashAlgorithmName.SHA256) });
        await rig.ExchangeAsync(ResourceRig.Delivery("M-1"));
        await Patience.UntilAsync(() => rig.Server.Snapshot().Outbox > 0);
        await rig.DisposeAsync();
        Assert.False(router.HasMoreReceipts);
        Assert.Single(Directory.GetFiles(Path.Combine(rig.Directory, "Outbox")));
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(
            DateTimeOffset.Parse("2020-01-01", CultureInfo.InvariantCulture), DateTimeOffset.Parse("2120-01-01", CultureInfo.InvariantCulture));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
