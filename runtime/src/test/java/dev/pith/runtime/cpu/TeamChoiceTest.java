package dev.pith.runtime.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** The choice between a team and one thread, by times that are made up. */
class TeamChoiceTest {

  private final TeamChoice choice = new TeamChoice();

  /** Runs {@code count} times; how many of these were alone. */
  private int run(int count, long team, long alone) {
    int times = 0;
    for (int i = 0; i < count; i++) {
      boolean isAlone = choice.isAlone();
      times += isAlone ? 1 : 0;
      choice.took(isAlone, isAlone ? alone : team);
    }
    return times;
  }

  @Test
  void theFirstRunsAreTheTeams() {
    assertEquals(0, run(TeamChoice.TRIAL, 100_000, 50_000));
    assertTrue(choice.isAlone());
  }

  @Test
  void oneThreadGoesOnWhereItIsFaster() {
    int alone = run(10_000, 350_000, 90_000);
    assertTrue(alone > 9_800, alone + " runs alone");
  }

  @Test
  void theTeamGoesOnWhereItIsFaster() {
    int alone = run(10_000, 600_000, 1_000_000);
    assertTrue(alone > 0 && alone < 200, alone + " runs alone");
  }

  @Test
  void longRunsAreAlwaysTheTeams() {
    assertEquals(0, run(1_000, 50_000_000, 10_000_000));
  }

  @Test
  void theChoiceFollowsTheMachine() {
    run(1_000, 350_000, 90_000);
    assertTrue(run(10_000, 60_000, 90_000) < 5_000);
    assertFalse(choice.isAlone());
    assertTrue(run(20_000, 350_000, 90_000) > 10_000);
  }

  @Test
  void whatBecomesSlowerIsTriedAgainAtOnce() {
    run(10_000, 60_000, 90_000);
    assertFalse(choice.isAlone());
    assertTrue(run(60, 350_000, 95_000) > 25, "a trial, then alone");
    assertTrue(choice.isAlone());
    // Slower for good, and the other no better: trials are as rare as before.
    int alone = run(10_000, 500_000, 200_000);
    assertTrue(alone > 9_500, alone + " runs alone");
  }

  @Test
  void oneSlowRunDecidesNothing() {
    run(TeamChoice.TRIAL - 1, 60_000, 90_000);
    choice.took(false, 500_000);
    run(TeamChoice.TRIAL, 60_000, 90_000);
    assertFalse(choice.isAlone());
  }

  @Test
  void lateRunsOfTheOtherKindAreIgnored() {
    run(TeamChoice.TRIAL, 60_000, 90_000);
    for (int i = 0; i < 2 * TeamChoice.TRIAL; i++) {
      choice.took(false, 1);
    }
    assertTrue(choice.isAlone());
  }
}
