namespace Trunkline.Gateway.Filter;

/// <summary>How one condition was answered.</summary>
public sealed record ConditionVerdict(FilterCondition Condition, bool Holds);

/// <summary>How one rule was answered: each condition up to the first that did not hold.</summary>
/// <param name="Matches">True when all held and the rule is active.</param>
public sealed record RuleVerdict(FilterRule Rule, IReadOnlyList<ConditionVerdict> Conditions, bool Matches);

/// <summary>What the rules say of a mail.</summary>
/// <param name="Rules">Those that were looked at, in order.</param>
/// <param name="Actions">Of those that matched, in order, each once; empty when none did.</param>
public sealed record FilterVerdict(IReadOnlyList<RuleVerdict> Rules, IReadOnlyList<(FilterAction Action, FilterRule Rule)> Actions)
{
    /// <summary>True when the mail stays in the mailbox: a rule said so, or none took it elsewhere.</summary>
    public bool IsKept => Actions.Any(a => a.Action is FilterAction.Keep) || !Actions.Any(a => a.Action is FilterAction.Deliver or FilterAction.Forward or FilterAction.Drop);

    /// <summary>Asks the rules in their order.</summary>
    public static FilterVerdict Of(IReadOnlyList<FilterRule> rules, FilterMail mail, TimeZoneInfo zone)
    {
        var asked = new List<RuleVerdict>();
        var actions = new List<(FilterAction Action, FilterRule Rule)>();
        foreach (var rule in rules)
        {
            var conditions = new List<ConditionVerdict>();
            if (rule.IsActive)
            {
                foreach (var condition in rule.Conditions)
                {
                    conditions.Add(new ConditionVerdict(condition, condition.Holds(mail, zone)));
                    if (!conditions[^1].Holds)
                        break;
                }
            }
            var matches = rule.IsActive && conditions.TrueForAll(c => c.Holds);
            asked.Add(new RuleVerdict(rule, conditions, matches));
            if (!matches)
                continue;
            foreach (var action in rule.Actions)
            {
                // The same pager twice is one page, the same address one mail.
                if (!actions.Exists(a => a.Action.Equals(action)))
                    actions.Add((action, rule));
            }
            if (!rule.Continues)
                break;
        }
        return new FilterVerdict(asked, actions);
    }
}
