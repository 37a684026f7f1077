using Trunkline.Gateway.Customers;

namespace Trunkline.Unit.Tests.Gateway.Customers;

/// <summary>Whose a mail is: every way to prove it, and every way to pretend.</summary>
public sealed class SenderVerificationTests : IAsyncLifetime
{
    private const string Number = "+12025550101";
    private readonly CustomerRig _rig = new();

    public async ValueTask InitializeAsync()
    {
        await _rig.AddAsync(CustomerRig.Customer(1, "alice@example.org"), "her-key");
        await _rig.AddAsync(CustomerRig.Customer(2, "bob@example.net", TrustFrom.Dkim));
        await _rig.AddAddressAsync(2, "@bob.example");
        await _rig.AddUserAsync(21, 2, "clerk@example.net");
        await _rig.AddAsync(CustomerRig.Customer(3, "carol@example.com", TrustFrom.DkimOrSpf));
    }

    public ValueTask DisposeAsync() => _rig.DisposeAsync();

    private const EvidenceResult Pass = EvidenceResult.Pass, Fail = EvidenceResult.Fail, Later = EvidenceResult.TemporaryFailure;

    [Theory]
    [InlineData(TrustFrom.None, Pass, Pass, "550 5.7.1 rcpt")]
    [InlineData(TrustFrom.Dkim, Pass, Fail, "250")]
    [InlineData(TrustFrom.Dkim, Fail, Pass, "550 5.7.1 data")]
    [InlineData(TrustFrom.Dkim, Later, Pass, "451 4.7.5 data")]
    [InlineData(TrustFrom.Spf, Fail, Pass, "250")]
    [InlineData(TrustFrom.Spf, Pass, Fail, "550 5.7.1 data")]
    [InlineData(TrustFrom.Spf, Pass, Later, "451 4.7.5 data")]
    [InlineData(TrustFrom.DkimOrSpf, Pass, Fail, "250")]
    [InlineData(TrustFrom.DkimOrSpf, Fail, Pass, "250")]
    [InlineData(TrustFrom.DkimOrSpf, Later, Pass, "250")]
    [InlineData(TrustFrom.DkimOrSpf, Later, Fail, "451 4.7.5 data")]
    [InlineData(TrustFrom.DkimOrSpf, Fail, Later, "451 4.7.5 data")]
    [InlineData(TrustFrom.DkimOrSpf, Fail, Fail, "550 5.7.1 data")]
    [InlineData(TrustFrom.From, Fail, Fail, "250")]
    public async Task A_From_address_counts_as_the_customer_has_it(TrustFrom trust, EvidenceResult dkim, EvidenceResult spf, string answer)
    {
        await _rig.SqlAsync("UPDATE customer SET trust_from = ?1 WHERE customer_key = 3",
            trust switch { TrustFrom.None => "none", TrustFrom.Dkim => "dkim", TrustFrom.Spf => "spf", TrustFrom.DkimOrSpf => "dkim-or-spf", TrustFrom.From => "from" });
        var verdict = await _rig.SendAsync("carol@example.com", CustomerRig.Outside, [Number], evidence: new GivenEvidence(dkim, spf));
        var wasInData = _rig.Last!.Recipients.Count > 0;
        Assert.Equal(answer, verdict.IsAccepted ? "250" : $"{(verdict.IsPermanent ? 550 : 451)} {verdict.EnhancedCode} {(wasInData ? "data" : "rcpt")}");
        Assert.Equal(verdict.IsAccepted ? SenderProof.From : trust == TrustFrom.None ? SenderProof.None : SenderProof.Claimed, _rig.Last.Proof);
    }

    [Fact]
    public async Task Evidence_is_asked_for_the_From_addresss_domain_and_all_numbers()
    {
        var evidence = new GivenEvidence(Fail, Pass);
        Assert.True((await _rig.SendAsync("carol@example.com", CustomerRig.Outside, [Number, "+12025550102"], evidence: evidence)).IsAccepted);
        Assert.Equal(["dkim example.com +12025550101@fax.gateway.example +12025550102@fax.gateway.example", "spf example.com"], evidence.Asked);
    }

    [Theory]
    [InlineData("bob@example.net", "bob@example.net", true)]
    [InlineData("BOB@Example.NET", "Bob@example.net", true)]
    [InlineData("anybody@bob.example", "bob@example.net", true)]
    [InlineData("bob@example.net", "sales@bob.example", true)]
    [InlineData("clerk@example.net", "bob@example.net", true)]
    [InlineData("bob@sub.bob.example", "bob@example.net", false)]
    [InlineData("bounces@example.net", "bob@example.net", false)]
    [InlineData("bob@example.net", "carol@example.com", false)]
    [InlineData("bob@example.net", "stranger@elsewhere.example", false)]
    [InlineData("carol@example.com", "bob@example.net", false)]
    public async Task Envelope_and_From_have_to_be_of_one_customer(string sender, string from, bool isAccepted) =>
        Assert.Equal(isAccepted, (await _rig.SendAsync(sender, CustomerRig.Outside, [Number], from, evidence: new GivenEvidence(Pass, Pass))).IsAccepted);

    [Theory]
    [InlineData("no From address that can be read")]
    [InlineData("no From address that can be read", "")]
    [InlineData("several From addresses", "bob@example.net", "carol@example.com")]
    [InlineData("several From addresses", "bob@example.net", "bob@example.net")]
    [InlineData("several From addresses", "bob@example.net", "")]
    public async Task A_mail_that_is_to_prove_its_author_has_one(string reason, params string[] from)
    {
        var verdict = await _rig.SendAsync("bob@example.net", CustomerRig.Outside, [Number], evidence: new GivenEvidence(Pass, Pass), fromAddresses: from);
        Assert.Equal((false, true, "5.7.1"), (verdict.IsAccepted, verdict.IsPermanent, verdict.EnhancedCode));
        Assert.Contains(reason, verdict.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_author_decides_which_user_sends()
    {
        Assert.True((await _rig.SendAsync("bob@example.net", CustomerRig.Outside, [Number], "clerk@example.net", evidence: new GivenEvidence(Pass, Fail))).IsAccepted);
        Assert.Equal((2L, 21L), (_rig.Last!.From!.Customer.Key, _rig.Last.From.User!.Key));
        Assert.Equal((2L, 21L), await _rig.Database.ReadAsync(s => s.First(
            "SELECT m.customer_key, m.user_key FROM message m JOIN submission s USING (submission_id) WHERE s.user_key = m.user_key",
            r => (r.GetInt64(0), r.GetInt64(1))), CancellationToken.None));
    }

    [Theory]
    [InlineData("alice@example.org", "alice@example.org", true)]
    [InlineData("alice@example.org", "alice@home.example", true)]
    [InlineData("alice@example.org", "bob@example.net", false)]
    [InlineData("stranger@elsewhere.example", "alice@example.org", false)]
    public async Task From_a_trusted_network_the_envelope_decides_and_the_From_address_is_no_other_customers(string sender, string from, bool isAccepted)
    {
        Assert.Equal(isAccepted, (await _rig.SendAsync(sender, CustomerRig.Inside, [Number], from)).IsAccepted);
        Assert.Equal(sender.StartsWith("alice", StringComparison.Ordinal) ? SenderProof.Network : SenderProof.None, _rig.Last!.Proof);
    }

    [Fact]
    public async Task From_alone_is_refused_and_nobodys_limits_are_charged_for_it()
    {
        for (var i = 0; i < 100; i++)
            Assert.False((await _rig.SendAsync("bob@example.net", CustomerRig.Outside, ["+19002345678"], evidence: new GivenEvidence(Pass, Pass))).IsAccepted);
        Assert.Equal(0, _rig.Log.Count(6800));
        var verdict = await _rig.SendAsync("alice@example.org", CustomerRig.Outside, [Number], evidence: new GivenEvidence(Pass, Pass));
        Assert.Equal((false, "5.7.1"), (verdict.IsAccepted, verdict.EnhancedCode));
    }

    [Fact]
    public async Task A_login_is_enough_whatever_the_mail_says_and_its_user_is_the_sender()
    {
        Assert.NotNull(await _rig.Get<KeyRing>().KeepPasswordAsync(_rig.Customers.FindSender(2, 21)!, "his-key", "mail", CancellationToken.None));
        var login = (await _rig.Customers.AuthenticateAsync("Clerk@example.net", "his-key", CancellationToken.None))?.Sender;
        Assert.Equal((2L, 21L), (login!.Customer.Key, login.User!.Key));
        Assert.True((await _rig.SendAsync("who@ever.example", CustomerRig.Outside, [Number], "carol@example.com", login)).IsAccepted);
        Assert.Equal((SenderProof.Login, 21L), (_rig.Last!.Proof, _rig.Last.From!.User!.Key));
        Assert.Null(await _rig.Customers.AuthenticateAsync("bob@example.net", "his-key", CancellationToken.None));
        Assert.Null(await _rig.Customers.AuthenticateAsync("clerk@example.net", "her-key", CancellationToken.None));
        Assert.Null(await _rig.Customers.AuthenticateAsync("@bob.example", "his-key", CancellationToken.None));
    }

    [Fact]
    public async Task Mail_to_our_people_needs_no_proof_and_is_nobodys_at_our_cost()
    {
        await _rig.AddAsync(CustomerRig.Customer(9, "dave@gateway.example"));
        Assert.True((await _rig.SendAsync("bob@example.net", CustomerRig.Outside, ["dave@gateway.example"], evidence: new GivenEvidence(Fail, Fail))).IsAccepted);
        Assert.Equal(0, await _rig.Database.ReadAsync(s => s.Number("SELECT customer_key FROM submission"), CancellationToken.None));
    }

    [Fact]
    public async Task A_mail_that_proves_nothing_is_refused_whole()
    {
        await _rig.AddAsync(CustomerRig.Customer(9, "dave@gateway.example"));
        Assert.False((await _rig.SendAsync("bob@example.net", CustomerRig.Outside, ["dave@gateway.example", Number], evidence: new GivenEvidence(Fail, Fail))).IsAccepted);
        Assert.Equal(0, await _rig.Database.ReadAsync(s => s.Number("SELECT count(*) FROM submission"), CancellationToken.None));
    }
}
